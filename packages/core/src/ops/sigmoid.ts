/** Logistic sigmoid. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { sigmoidLane } from "./lanes/sigmoid-lane.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

/** 1 / (1 + e^-x), with the exponent never above 0 so that tails keep their digits. */
function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

export const sigmoidOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "sigmoid",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => logistic,
  emit: (e, [x]) => sigmoidLane(e, x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [mul(y, sub(1, y))] },
  doc: { formula: "sigmoid(x) = 1 / (1 + e^-x); d/dx = y (1 - y)" },
};

/**
 * The logistic sigmoid of every element, without overflow for any x.
 *
 * σ(x) = 1 / (1 + e⁻ˣ)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 2.5 ulp; below x = -88.3, where σ is under 4.2e-39, it may be 0.
 * @example
 * evaluate(sigmoid(constant([0, -1e4]))).data; // → [0.5, 0]
 */
export function sigmoid(x: FloatNode): FloatNode {
  return apply(sigmoidOp, [x], {});
}
