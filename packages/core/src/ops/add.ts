/** Addition. */
import type { Node, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { binary } from "./rules/elementwise.js";

export const addOp: ElementwiseOp<NumericDType, [Node<NumericDType>, Node<NumericDType>]> = {
  name: "add",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: numericType,
  reference: () => (a, b) => a + b,
  emit: (e, [a, b]) => e.add(a!, b!),
  derivative: { kind: "partials", partials: () => [1, 1] },
  doc: { formula: "add(a, b) = a + b; d/da = d/db = 1" },
};

/**
 * The sum a + b, element by element. i32 wraps.
 *
 * @shapes a: D[...S], b: D[...R] -> D[S and R broadcast]
 * @param a - a node, or a number that takes the dtype of the other operand
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(add(constant([1, 2]), constant([3, 4]))).data; // → [4, 6]
 */
export function add<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Node<D> {
  return binary(addOp, a, b);
}
