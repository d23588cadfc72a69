/** Sine and cosine, each the other's derivative. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { cosLane, sinLane } from "./lanes/sine-lane.js";
import { neg } from "./neg.js";

export const sinOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "sin",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.sin,
  emit: (e, [x]) => sinLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [cos(x)] },
  doc: { formula: "sin(x); d/dx = cos(x)" },
};

export const cosOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "cos",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.cos,
  emit: (e, [x]) => cosLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [neg(sin(x))] },
  doc: { formula: "cos(x); d/dx = -sin(x)" },
};

/**
 * The sine of every element.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - radians; NaN at ±∞
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 2 ulp or 1e-12 for |x| ≤ 102943; beyond, it counts x as 0.
 * @example
 * evaluate(sin(constant([0, Math.PI / 2]))).data; // → [0, 1]
 */
export function sin(x: FloatNode): FloatNode {
  return apply(sinOp, [x], {});
}

/**
 * The cosine of every element.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - radians; NaN at ±∞
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 2 ulp or 1e-12 for |x| ≤ 102943; beyond, it counts x as 0.
 * @example
 * evaluate(cos(constant([0, Math.PI]))).data; // → [1, -1]
 */
export function cos(x: FloatNode): FloatNode {
  return apply(cosOp, [x], {});
}
