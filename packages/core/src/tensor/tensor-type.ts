/** The static description of a tensor, printed one way everywhere: `f32[32, 128]`. */
import type { DType } from "./dtype.js";
import { formatShape, sameShape, type Shape } from "./shape.js";

/** Element type and shape of a tensor. */
export interface TensorType<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
}

/**
 * `f32[32, 128]`; a scalar is `f32[]`.
 *
 * @example
 * formatType({ dtype: "f32", shape: [32, 128] }); // → "f32[32, 128]"
 */
export function formatType(type: TensorType): string {
  return `${type.dtype}${formatShape(type.shape)}`;
}

/** Whether two types have the same element type and shape. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}
