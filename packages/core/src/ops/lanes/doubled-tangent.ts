/** Sigmoid curves from -1 to 1 out of a rational function of half the argument. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { polynomialLane } from "./polynomial-lane.js";

/**
 * 2t / (1 + t²), the tangent's doubling formula, for t = x p(x²) / (2 q(x²)). Never above 1 but for rounding; as the
 * curve approaches 1, so much less the errors of p and q count.
 *
 * @param p - coefficients, the constant one first
 * @param q - coefficients, the constant one first
 */
export function doubledTangent(e: LaneEmitter, x: Lane, p: readonly number[], q: readonly number[]): Lane {
  const square = e.mul(x, x);
  const numerator = e.mul(polynomialLane(e, square, p), x);
  const denominator = polynomialLane(e, square, q);
  const quarter = e.mul(numerator, e.constant(0.25, "f32"));
  return e.div(e.mul(numerator, denominator), e.fma(denominator, denominator, e.mul(quarter, numerator)));
}
