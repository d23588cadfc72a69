/** Absolute value. */
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { sign } from "./sign.js";
import { unary } from "./rules/elementwise.js";

export const absOp: ElementwiseOp<NumericDType, [Node<NumericDType>]> = {
  name: "abs",
  kind: "elementwise",
  parameters: ["x"],
  inferType: numericType,
  reference: () => Math.abs,
  emit: (e, [x]) => e.abs(x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [sign(x)] },
  doc: { formula: "abs(x) = |x|; d/dx = sign(x)" },
};

/**
 * The absolute value of every element.
 *
 * abs(x) = |x|
 *
 * The derivative at 0 is 0. i32 wraps: abs(-2^31) = -2^31.
 *
 * @shapes x: D[...S] -> D[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(abs(constant([-3, 2]))).data; // → [3, 2]
 */
export function abs<D extends NumericDType>(x: Node<D>): Node<D> {
  return unary(absOp, x);
}
