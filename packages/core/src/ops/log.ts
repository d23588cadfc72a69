/** Natural logarithm. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { logLane } from "./lanes/log-lane.js";
import { reciprocal } from "./reciprocal.js";

export const logOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "log",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.log,
  emit: (e, [x]) => logLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [reciprocal(x)] },
  doc: { formula: "log(x) = ln x; d/dx = 1 / x" },
};

/**
 * The natural logarithm of every element.
 *
 * log(x) = ln x; -∞ at 0, NaN below
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - above 0
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 1 ulp.
 * @example
 * evaluate(log(constant([1, Math.E]))).data; // → [0, 1]
 */
export function log(x: FloatNode): FloatNode {
  return apply(logOp, [x], {});
}
