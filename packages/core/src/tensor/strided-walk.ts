/** The one loop over a strided view: every index of a shape in row-major order, with its position in another array. */
import type { TypedArrayOf, DType } from "./dtype.js";
import { sizeOf, type Shape } from "./shape.js";

/** Calls `visit(index, position)` for every element: index counts row-major, position = offset + Σ index(axis) · stride(axis). */
export function stridedWalk(
  shape: Shape,
  offset: number,
  strides: readonly number[],
  visit: (index: number, position: number) => void,
): void {
  const rank = shape.length;
  const inner = rank === 0 ? 1 : shape[rank - 1]!;
  const innerStride = rank === 0 ? 0 : strides[rank - 1]!;
  const size = sizeOf(shape);
  const counter = new Array<number>(rank).fill(0);
  let row = offset;
  for (let index = 0; index < size;) {
    for (let i = 0, position = row; i < inner; i++, position += innerStride) visit(index++, position);
    for (let axis = rank - 2; axis >= 0; axis--) {
      row += strides[axis]!;
      if (++counter[axis]! < shape[axis]!) break;
      row -= strides[axis]! * shape[axis]!;
      counter[axis] = 0;
    }
  }
}

/** Copies the strided view of `source` to `target`, row-major. */
export function copyView(
  source: TypedArrayOf<DType>,
  target: TypedArrayOf<DType>,
  shape: Shape,
  offset: number,
  strides: readonly number[],
): void {
  stridedWalk(shape, offset, strides, (index, position) => {
    target[index] = source[position]!;
  });
}
