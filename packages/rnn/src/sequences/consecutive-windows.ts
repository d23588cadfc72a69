/** A long series in rows that are read in step, window after window, so that a carried state goes on. */
import { checkKeys, formatType, NdArray, ShapeError, sizeOf, type DType, type TensorValue } from "@unfold/core";
import { checkCounts } from "./check-counts.js";
import { readSequence } from "./host-sequences.js";
import { windowsOf, type SeriesWindow, type WindowOptions } from "./windows-of.js";

/** How a series is cut. */
export interface ConsecutiveOptions<D extends DType = "f32"> extends Omit<WindowOptions<D>, "stride"> {
  /** B, in how many rows the series is cut, ≥ 1. */
  readonly batch: number;
}

/**
 * The series cut into B rows of equal length, read side by side in windows: each window goes on in every row where the one
 * before it ended. A rest that fills no row is left out.
 *
 * @shapes series: D[N, ...S] -> x: D[size, B, ...S], y: D[size, B, ...S] each
 * @throws ValueError SETTING_RANGE unless batch and size are whole numbers ≥ 1 and shift one ≥ 0. ShapeError WINDOW_SIZE if a row is too short for one window.
 * @example
 * const windows = consecutiveWindows([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { batch: 2, size: 2 });
 * [...windows].map(({ x }) => [...x.data]); // → [[0, 5, 1, 6], [2, 7, 3, 8]]
 */
export function consecutiveWindows<D extends DType = "f32">(
  series: TensorValue,
  options: ConsecutiveOptions<D>,
): Iterable<SeriesWindow<D>> {
  checkKeys("consecutiveWindows(series, options)", "options", options, {
    batch: true,
    size: true,
    shift: true,
    dtype: true,
  });
  const { batch, ...windows } = options;
  const where = "consecutiveWindows(series, options)";
  checkCounts(where, { batch });
  const whole = readSequence(where, series, options.dtype ?? ("f32" as D));
  const steps = Math.floor(whole.shape[0]! / batch);
  if (steps === 0) {
    const rule = `the series must have at least one step for each of ${batch} rows`;
    throw new ShapeError({ code: "WINDOW_SIZE", where, rule, got: formatType(whole.type) });
  }
  const element = sizeOf(whole.shape.slice(1));
  const data = whole.data.slice(0, steps * batch * element) as NdArray<D>["data"];
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < batch; b++) {
      const start = (b * steps + t) * element;
      data.set(whole.data.subarray(start, start + element), (t * batch + b) * element);
    }
  }
  const rows = new NdArray({ dtype: whole.dtype, shape: [steps, batch, ...whole.shape.slice(1)] }, data);
  return windowsOf(rows, windows);
}
