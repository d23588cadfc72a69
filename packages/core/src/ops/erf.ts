/** Error function. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { exp } from "./exp.js";
import { erfLane } from "./lanes/erf-lane.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { errorFunction } from "./reference/error-function.js";
import { square } from "./square.js";

export const erfOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "erf",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => errorFunction,
  emit: (e, [x]) => erfLane(e, x!),
  derivative: { kind: "partials", partials: ({ inputs: [x] }) => [mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))] },
  doc: {
    formula: "erf(x) = 2/sqrt(pi) integral from 0 to x of e^(-t^2) dt; d/dx = 2/sqrt(pi) e^(-x^2)",
    source: "Abramowitz & Stegun 1964, 7.1.1",
  },
};

/**
 * The error function of every element.
 *
 * erf(x) = 2/√π ∫₀ˣ e^(-t²) dt
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - any real
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @accuracy compiled code is within 4 ulp and never above 1 in absolute value.
 * @example
 * evaluate(erf(constant([0, Infinity]))).data; // → [0, 1]
 * @source Abramowitz & Stegun 1964, 7.1.1
 */
export function erf(x: FloatNode): FloatNode {
  return apply(erfOp, [x], {});
}
