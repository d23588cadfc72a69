/** Elementwise maximum. */
import type { Node, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { greater } from "./comparisons.js";
import { shareOfWinner } from "./rules/share-of-winner.js";
import { binary } from "./rules/elementwise.js";

export const maximumOp: ElementwiseOp<NumericDType, [Node<NumericDType>, Node<NumericDType>]> = {
  name: "maximum",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: numericType,
  reference: () => Math.max,
  emit: (e, [a, b]) => e.max(a!, b!),
  derivative: {
    kind: "partials",
    partials: ({ inputs: [a, b] }) => [shareOfWinner(a, b, greater), shareOfWinner(b, a, greater)],
  },
  doc: { formula: "maximum(a, b) = max(a, b); the larger one gets the derivative, ties half each" },
};

/**
 * The larger of a and b, element by element. NaN wins.
 *
 * maximum(a, b) = max(a, b)
 *
 * Where both are equal, each gets half of the derivative.
 *
 * @shapes a: D[...S], b: D[...R] -> D[S and R broadcast]
 * @param a - a node, or a number that takes the dtype of the other operand
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(maximum(constant([1, 4]), constant([3, 2]))).data; // → [3, 4]
 */
export function maximum<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Node<D> {
  return binary(maximumOp, a, b);
}
