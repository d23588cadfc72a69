/** Windows over a long series: what is read, and what is to be said of it. */
import { checkKeys, formatType, NdArray, ShapeError, sizeOf, type DType, type TensorValue } from "@unfold/core";
import { checkCounts } from "./check-counts.js";
import { readSequence } from "./host-sequences.js";

/** How a series is cut. */
export interface WindowOptions<D extends DType = "f32"> {
  /** Steps in a window, ≥ 1. */
  readonly size: number;
  /** Steps from one window to the next, ≥ 1. Default size: windows side by side. */
  readonly stride?: number;
  /** How many steps later the target of a step is, ≥ 0. Default 1: the next element. */
  readonly shift?: number;
  /** Element type. Default f32. */
  readonly dtype?: D;
}

/** A window `[size, …S]`, and the same number of steps some steps later. */
export interface SeriesWindow<D extends DType = DType> {
  readonly x: NdArray<D>;
  readonly y: NdArray<D>;
}

/**
 * The windows of a series with their targets, one after the other; a rest too short for a window is left out. They are views
 * of the series, made when they are asked for, and examples for a dataset: batches of them with `{ axis: 1 }` are time-major.
 *
 * x_i = series[i stride … i stride + size - 1]; y_i is x_i, shift steps later
 *
 * @shapes series: D[N, ...S] -> x: D[size, ...S], y: D[size, ...S] each
 * @throws ValueError SETTING_RANGE unless size and stride are whole numbers ≥ 1 and shift one ≥ 0. ShapeError WINDOW_SIZE if the series is too short for one window.
 * @example
 * const windows = windowsOf([0, 1, 2, 3, 4, 5], { size: 3, stride: 2 });
 * [...windows].map(({ x, y }) => [[...x.data], [...y.data]]); // → [[[0, 1, 2], [1, 2, 3]], [[2, 3, 4], [3, 4, 5]]]
 * @source `timeseries_dataset_from_array` of Keras, whose `sequence_stride` is stride here
 */
export function windowsOf<D extends DType = "f32">(
  series: TensorValue,
  options: WindowOptions<D>,
): Iterable<SeriesWindow<D>> {
  checkKeys("windowsOf(series, options)", "options", options, { size: true, stride: true, shift: true, dtype: true });
  const where = "windowsOf(series, options)";
  const { size, stride = size, shift = 1, dtype = "f32" as D } = options;
  checkCounts(where, { size, stride });
  checkCounts(where, { shift }, 0);
  const whole = readSequence(where, series, dtype);
  const steps = whole.shape[0]!;
  if (steps < size + shift) {
    throw new ShapeError({
      code: "WINDOW_SIZE",
      where,
      rule: `the series must have at least size + shift = ${size + shift} steps`,
      got: formatType(whole.type),
    });
  }
  return {
    *[Symbol.iterator]() {
      for (let start = 0; start + size + shift <= steps; start += stride)
        yield { x: viewOf(whole, start, size), y: viewOf(whole, start + shift, size) };
    },
  };
}

/** Some steps of a series, sharing its memory. */
function viewOf<D extends DType>({ dtype, shape, data }: NdArray<D>, start: number, size: number): NdArray<D> {
  const element = sizeOf(shape.slice(1));
  const part = data.subarray(start * element, (start + size) * element) as NdArray<D>["data"];
  return new NdArray({ dtype, shape: [size, ...shape.slice(1)] }, part);
}
