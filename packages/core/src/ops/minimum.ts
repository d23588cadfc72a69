/** Elementwise minimum. */
import type { Node, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { less } from "./comparisons.js";
import { shareOfWinner } from "./rules/share-of-winner.js";
import { binary } from "./rules/elementwise.js";

export const minimumOp: ElementwiseOp<NumericDType, [Node<NumericDType>, Node<NumericDType>]> = {
  name: "minimum",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: numericType,
  reference: () => Math.min,
  emit: (e, [a, b]) => e.min(a!, b!),
  derivative: {
    kind: "partials",
    partials: ({ inputs: [a, b] }) => [shareOfWinner(a, b, less), shareOfWinner(b, a, less)],
  },
  doc: { formula: "minimum(a, b) = min(a, b); the smaller one gets the derivative, ties half each" },
};

/**
 * The smaller of a and b, element by element. NaN wins.
 *
 * minimum(a, b) = min(a, b)
 *
 * Where both are equal, each gets half of the derivative.
 *
 * @shapes a: D[...S], b: D[...R] -> D[S and R broadcast]
 * @param a - a node, or a number that takes the dtype of the other operand
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(minimum(constant([1, 4]), constant([3, 2]))).data; // → [1, 2]
 */
export function minimum<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Node<D> {
  return binary(minimumOp, a, b);
}
