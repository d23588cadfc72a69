/** Power. */
import { apply } from "../graph/apply.js";
import type { FloatNode, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";
import { equal } from "./comparisons.js";
import { powLane } from "./lanes/pow-lane.js";
import { log } from "./log.js";
import { mul } from "./mul.js";
import { broadcastOperands } from "./rules/elementwise.js";
import { select } from "./select.js";
import { sub } from "./sub.js";

export const powOp: ElementwiseOp<"f32", [FloatNode, FloatNode]> = {
  name: "pow",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: floatType,
  reference: () => ieeePow,
  emit: (e, [a, b]) => powLane(e, a!, b!),
  derivative: {
    kind: "partials",
    partials: ({ inputs: [a, b], output: y }) => {
      const isZeroExponent = equal(b, 0);
      const base = select(isZeroExponent, 0, mul(b, pow(a, select(isZeroExponent, 1, sub(b, 1)))));
      // The base 0 has a logarithm of -∞ but a power that does not move: 0^b = 0 for every b > 0.
      const isZeroBase = equal(a, 0);
      const exponent = select(isZeroBase, 0, mul(y, log(select(isZeroBase, 1, a))));
      return [base, exponent];
    },
  },
  doc: { formula: "pow(a, b) = a^b; d/da = b a^(b-1), d/db = a^b ln a" },
};

/** IEEE 754 says 1^x = 1 and (-1)^±∞ = 1; ECMAScript says NaN where the exponent is NaN or infinite. */
function ieeePow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/**
 * a to the power b, element by element, as IEEE 754 has it: NaN for a negative base and a fraction as exponent, 1 for
 * a⁰ and 1ᵇ whatever the other is.
 *
 * pow(a, b) = aᵇ
 *
 * The derivative in the base is 0 where b = 0; the derivative in the exponent is 0 where a = 0, and NaN for a < 0.
 *
 * @shapes a: f32[...S], b: f32[...R] -> f32[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if one is not f32.
 * @accuracy compiled code is within 1.3 ulp, subnormal results included.
 * @example
 * evaluate(pow(constant([2, 9]), constant([3, 0.5]))).data; // → [8, 3]
 * @source IEEE 754-2008, 9.2.1
 */
export function pow(a: Operand<"f32">, b: Operand<"f32">): FloatNode {
  return apply(powOp, broadcastOperands(powOp, a, b), {});
}
