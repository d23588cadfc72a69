/** Reciprocal. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { neg } from "./neg.js";
import { square } from "./square.js";

export const reciprocalOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "reciprocal",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => (x) => 1 / x,
  emit: (e, [x]) => e.div(e.constant(1, "f32"), x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [neg(square(y))] },
  doc: { formula: "reciprocal(x) = 1 / x; d/dx = -1 / x^2" },
};

/**
 * One divided by every element.
 *
 * reciprocal(x) = 1 / x; ±∞ at ±0
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real but 0
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(reciprocal(constant([4, -0.5]))).data; // → [0.25, -2]
 */
export function reciprocal(x: FloatNode): FloatNode {
  return apply(reciprocalOp, [x], {});
}
