/** Rectified linear unit. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { cast } from "./cast.js";
import { greater } from "./comparisons.js";

export const reluOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "relu",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  emit: (e, [x]) => e.max(x!, e.constant(0, "f32")),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [cast(greater(x, 0), "f32")] },
  doc: { formula: "relu(x) = max(x, 0); d/dx = 1 if x > 0 else 0", source: "Nair & Hinton 2010" },
};

/**
 * The positive part of every element.
 *
 * relu(x) = max(x, 0)
 *
 * The derivative at 0 is 0. NaN stays NaN.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(relu(constant([-1, 2]))).data; // → [0, 2]
 * @source Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines"; derivative at 0 after Bertoin et al. 2021
 */
export function relu(x: FloatNode): FloatNode {
  return apply(reluOp, [x], {});
}
