/** Smooth rectifier. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { softplusLane } from "./lanes/softplus-lane.js";
import { sigmoid } from "./sigmoid.js";

export const softplusOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "softplus",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  emit: (e, [x]) => softplusLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [sigmoid(x)] },
  doc: {
    formula: "softplus(x) = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|); d/dx = sigmoid(x)",
    source: "Dugas et al. 2001",
  },
};

/**
 * ln(1 + eˣ) of every element, without overflow for any x.
 *
 * softplus(x) = max(x, 0) + ln(1 + e⁻|ˣ|)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 2.8 ulp.
 * @example
 * evaluate(softplus(constant([0, 1e4]))).data; // → [0.6931471805599453, 10000]
 * @source Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing"
 */
export function softplus(x: FloatNode): FloatNode {
  return apply(softplusOp, [x], {});
}
