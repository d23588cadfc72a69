/** Negation. */
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { unary } from "./rules/elementwise.js";

export const negOp: ElementwiseOp<NumericDType, [Node<NumericDType>]> = {
  name: "neg",
  kind: "elementwise",
  parameters: ["x"],
  inferType: numericType,
  reference: () => (x) => -x,
  emit: (e, [x]) => e.neg(x!),
  derivative: { kind: "partials", partials: () => [-1] },
  doc: { formula: "neg(x) = -x; d/dx = -1" },
};

/**
 * The negative of every element. i32 wraps: neg(-2^31) = -2^31.
 *
 * @shapes x: D[...S] -> D[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(neg(constant([1, -2]))).data; // → [-1, 2]
 */
export function neg<D extends NumericDType>(x: Node<D>): Node<D> {
  return unary(negOp, x);
}
