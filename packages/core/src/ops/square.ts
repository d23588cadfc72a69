/** Square. */
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { mul } from "./mul.js";
import { unary } from "./rules/elementwise.js";

export const squareOp: ElementwiseOp<NumericDType, [Node<NumericDType>]> = {
  name: "square",
  kind: "elementwise",
  parameters: ["x"],
  inferType: numericType,
  reference: (_, dtype) => (dtype === "i32" ? (x) => Math.imul(x, x) : (x) => x * x),
  emit: (e, [x]) => e.mul(x!, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [mul(2, x)] },
  doc: { formula: "square(x) = x^2; d/dx = 2x" },
};

/**
 * The square of every element. i32 wraps.
 *
 * @shapes x: D[...S] -> D[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(square(constant([-3, 4]))).data; // → [9, 16]
 */
export function square<D extends NumericDType>(x: Node<D>): Node<D> {
  return unary(squareOp, x);
}
