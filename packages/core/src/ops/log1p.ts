/** Logarithm of one plus x, exact near zero. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { add } from "./add.js";
import { log1pLane } from "./lanes/log1p-lane.js";
import { reciprocal } from "./reciprocal.js";

export const log1pOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "log1p",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.log1p,
  emit: (e, [x]) => log1pLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [reciprocal(add(1, x))] },
  doc: { formula: "log1p(x) = ln(1 + x); d/dx = 1 / (1 + x)" },
};

/**
 * ln(1 + x) of every element, without the rounding error of log(1 + x) near 0.
 *
 * log1p(x) = ln(1 + x); -∞ at -1, NaN below
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - above -1
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 1 ulp.
 * @example
 * evaluate(log1p(constant(1e-10))).item(); // → 9.999999999500001e-11
 */
export function log1p(x: FloatNode): FloatNode {
  return apply(log1pOp, [x], {});
}
