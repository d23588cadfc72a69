/** Exponential minus one, exact near zero. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { add } from "./add.js";
import { expm1Lane } from "./lanes/expm1-lane.js";

export const expm1Op: ElementwiseOp<"f32", [FloatNode]> = {
  name: "expm1",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.expm1,
  emit: (e, [x]) => expm1Lane(e, x!),
  derivative: { kind: "partials", partials: ({ output: y }) => [add(y, 1)] },
  doc: { formula: "expm1(x) = e^x - 1; d/dx = expm1(x) + 1" },
};

/**
 * eˣ - 1 of every element, without the rounding error of exp(x) - 1 near 0.
 *
 * expm1(x) = eˣ - 1
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 2.4 ulp.
 * @example
 * evaluate(expm1(constant(1e-10))).item(); // → 1.00000000005e-10
 */
export function expm1(x: FloatNode): FloatNode {
  return apply(expm1Op, [x], {});
}
