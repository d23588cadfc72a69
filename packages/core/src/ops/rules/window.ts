/** Windows that slide along the spatial axes of `[N, ...S, C]`: what convolution, pooling and patches share. */
import { ShapeError, ValueError } from "../../errors.js";
import { formatShape, sizeOf, stridesOf, type Shape } from "../../tensor/shape.js";

/** One entry per spatial axis. */
export interface Window {
  /** How many elements a window reads, ≥ 1. */
  readonly kernel: Shape;
  /** Distance between the starts of two windows, ≥ 1. */
  readonly stride: readonly number[];
  /** Distance between two elements of a window, ≥ 1. */
  readonly dilation: readonly number[];
  /** Elements added before the first, ≥ 0. */
  readonly before: readonly number[];
  /** Elements added after the last, ≥ 0. */
  readonly after: readonly number[];
}

/**
 * How many windows there are along each spatial axis: ⌊(size + before + after - span) / stride⌋ + 1.
 *
 * @param shape - `[N, ...S, C]`
 * @param shown - what has the shape, as errors print it
 * @throws ValueError WINDOW_SETTING if the window's numbers are out of range. ShapeError WINDOW_RANK if it has another number of spatial axes than the shape, WINDOW_SIZE if it does not fit.
 */
export function windowCounts(where: string, shape: Shape, shown: string, window: Window): number[] {
  const { kernel, stride, before, after } = window;
  checkSettings(where, window);
  if (shape.length !== kernel.length + 2) {
    throw new ShapeError({
      code: "WINDOW_RANK",
      where,
      rule: `x must have ${kernel.length + 2} axes: one for the batch, ${kernel.length} to slide along and one for channels`,
      got: shown,
    });
  }
  return kernel.map((_, axis) => {
    const extent = shape[axis + 1]!;
    const padding = before[axis]! + after[axis]!;
    const span = spanOf(window, axis);
    const room = extent + padding - span;
    if (room >= 0) return Math.floor(room / stride[axis]!) + 1;
    throw new ShapeError({
      code: "WINDOW_SIZE",
      where,
      rule: "a window must fit into the padded axis",
      got: `${shown}, axis ${axis + 1}: ${span} elements from first to last in ${extent} and ${padding} of padding`,
      details: { axis: axis + 1, span, extent, padding },
    });
  });
}

/** From the first to the last element of a window, gaps included. */
export function spanOf({ kernel, dilation }: Pick<Window, "kernel" | "dilation">, axis: number): number {
  return dilation[axis]! * (kernel[axis]! - 1) + 1;
}

/**
 * For each window and each of its elements, `[...counts, ...kernel]`: which element of `size` it is, row-major, or -1 in
 * the padding.
 */
export function windowOffsets(size: Shape, counts: Shape, { kernel, stride, dilation, before }: Window): Int32Array {
  const rank = size.length;
  const extents = [...counts, ...kernel];
  const steps = stridesOf(extents);
  const strides = stridesOf(size);
  return Int32Array.from({ length: sizeOf(extents) }, (_, index) => {
    let offset = 0;
    for (let axis = 0; axis < rank; axis++) {
      const start = Math.floor(index / steps[axis]!) % extents[axis]!;
      const element = Math.floor(index / steps[rank + axis]!) % extents[rank + axis]!;
      const position = start * stride[axis]! + element * dilation[axis]! - before[axis]!;
      if (position < 0 || position >= size[axis]!) return -1;
      offset += position * strides[axis]!;
    }
    return offset;
  });
}

function checkSettings(where: string, window: Window): void {
  const check = (name: keyof Window, least: number): void => {
    const list = window[name];
    if (list.length === window.kernel.length && list.every((value) => Number.isInteger(value) && value >= least))
      return;
    throw new ValueError({
      code: "WINDOW_SETTING",
      where,
      rule: `${name} must hold a whole number ≥ ${least} for each of the ${window.kernel.length} spatial axes`,
      got: formatShape(list),
      details: { [name]: list },
    });
  };
  check("kernel", 1);
  check("stride", 1);
  check("dilation", 1);
  check("before", 0);
  check("after", 0);
}
