/** Division. */
import { apply } from "../graph/apply.js";
import type { FloatNode, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { neg } from "./neg.js";
import { reciprocal } from "./reciprocal.js";
import { broadcastOperands } from "./rules/elementwise.js";

export const divOp: ElementwiseOp<"f32", [FloatNode, FloatNode]> = {
  name: "div",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: floatType,
  reference: () => (a, b) => a / b,
  emit: (e, [a, b]) => e.div(a!, b!),
  derivative: { kind: "partials", partials: ({ inputs: [, b], output: y }) => [reciprocal(b), neg(div(y, b))] },
  doc: { formula: "div(a, b) = a / b; d/da = 1 / b, d/db = -a / b^2" },
};

/**
 * The quotient a / b, element by element, as IEEE 754 has it: ±∞ for a / ±0, NaN for 0 / 0.
 *
 * Integers have no quotient: cast them to f32 first.
 *
 * @shapes a: f32[...S], b: f32[...R] -> f32[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if one is not f32.
 * @example
 * evaluate(div(constant([1, 9]), constant([2, 3]))).data; // → [0.5, 3]
 */
export function div(a: Operand<"f32">, b: Operand<"f32">): FloatNode {
  return apply(divOp, broadcastOperands(divOp, a, b), {});
}
