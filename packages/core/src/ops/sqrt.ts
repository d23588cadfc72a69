/** Square root. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { div } from "./div.js";

export const sqrtOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "sqrt",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.sqrt,
  emit: (e, [x]) => e.sqrt(x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [div(0.5, y)] },
  doc: { formula: "sqrt(x) = x^(1/2); d/dx = 1 / (2 sqrt(x))" },
};

/**
 * The square root of every element.
 *
 * sqrt(x) = x^½; NaN below 0
 *
 * The derivative at 0 is ∞.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - ≥ 0
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(sqrt(constant([4, 2]))).data; // → [2, 1.4142135623730951]
 */
export function sqrt(x: FloatNode): FloatNode {
  return apply(sqrtOp, [x], {});
}
