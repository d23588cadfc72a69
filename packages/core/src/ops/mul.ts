/** Multiplication. */
import type { Node, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { binary } from "./rules/elementwise.js";

export const mulOp: ElementwiseOp<NumericDType, [Node<NumericDType>, Node<NumericDType>]> = {
  name: "mul",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: numericType,
  reference: (_, dtype) => (dtype === "i32" ? Math.imul : (a, b) => a * b),
  emit: (e, [a, b]) => e.mul(a!, b!),
  derivative: { kind: "partials", partials: ({ inputs: [a, b] }) => [b, a] },
  doc: { formula: "mul(a, b) = a b; d/da = b, d/db = a" },
};

/**
 * The product a · b, element by element. i32 wraps.
 *
 * @shapes a: D[...S], b: D[...R] -> D[S and R broadcast]
 * @param a - a node, or a number that takes the dtype of the other operand
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(mul(constant([1, 2]), constant([3, 4]))).data; // → [3, 8]
 */
export function mul<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Node<D> {
  return binary(mulOp, a, b);
}
