/** Sign. */
import type { Lane } from "../graph/emitter.js";
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";

import { unary } from "./rules/elementwise.js";

export const signOp: ElementwiseOp<NumericDType, [Node<NumericDType>]> = {
  name: "sign",
  kind: "elementwise",
  parameters: ["x"],
  inferType: numericType,
  reference: () => Math.sign,
  emit: (e, [x]) => {
    const of = (value: number): Lane => e.constant(value, x!.dtype);
    return e.select(e.less(of(0), x!), of(1), e.select(e.less(x!, of(0)), of(-1), x!));
  },
  derivative: { kind: "none" },
  doc: { formula: "sign(x) = -1, 0 or 1; no derivative flows" },
};

/**
 * The sign of every element: -1, 0 (or -0) or 1.
 *
 * sign(x) = x / |x|, 0 at 0
 *
 * It is constant between its jumps, so no derivative flows through it: a path ends here.
 *
 * @shapes x: D[...S] -> D[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(sign(constant([-3, 0, 2]))).data; // → [-1, 0, 1]
 */
export function sign<D extends NumericDType>(x: Node<D>): Node<D> {
  return unary(signOp, x);
}
