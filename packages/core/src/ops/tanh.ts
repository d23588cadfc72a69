/** Hyperbolic tangent. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { tanhLane } from "./lanes/tanh-lane.js";
import { square } from "./square.js";
import { sub } from "./sub.js";

export const tanhOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "tanh",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.tanh,
  emit: (e, [x]) => tanhLane(e, x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [sub(1, square(y))] },
  doc: { formula: "tanh(x) = (e^x - e^-x) / (e^x + e^-x); d/dx = 1 - tanh(x)^2" },
};

/**
 * The hyperbolic tangent of every element.
 *
 * tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 4 ulp and never above 1 in absolute value.
 * @example
 * evaluate(tanh(constant([0, 1]))).data; // → [0, 0.7615941559557649]
 */
export function tanh(x: FloatNode): FloatNode {
  return apply(tanhOp, [x], {});
}
