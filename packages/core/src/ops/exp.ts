/** Exponential. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { expLane } from "./lanes/exp-lane.js";

export const expOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "exp",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.exp,
  emit: (e, [x]) => expLane(e, x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [y] },
  doc: { formula: "exp(x) = e^x; d/dx = exp(x)" },
};

/**
 * The exponential of every element.
 *
 * exp(x) = eˣ
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real; above 88.7 the f32 result is ∞
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 1.2 ulp, subnormal results included.
 * @example
 * evaluate(exp(constant([0, 1]))).data; // → [1, 2.718281828459045]
 */
export function exp(x: FloatNode): FloatNode {
  return apply(expOp, [x], {});
}
