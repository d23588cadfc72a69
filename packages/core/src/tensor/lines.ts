/** The lines of a tensor along one axis: what sorting, running sums and argmax work on. */
import { sizeOf, type Shape } from "./shape.js";

/** Calls `visit` for every line along the axis: element i of the line is at start + i · stride. Lines count row-major. */
export function forEachLine(
  shape: Shape,
  axis: number,
  visit: (start: number, stride: number, count: number, line: number) => void,
): void {
  const count = shape[axis]!;
  const stride = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  for (let block = 0, line = 0; block < outer; block++) {
    for (let i = 0; i < stride; i++, line++) visit(block * count * stride + i, stride, count, line);
  }
}
