/** e^x - 1 on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { polynomialLane } from "./polynomial-lane.js";
import { reduceExponent } from "./reduce-exponent.js";

/** (e^r - 1) / r for |r| ≤ ln 2 / 2, by Remez' algorithm with the first one given: the relative error is 1.4e-8. */
const COEFFICIENTS = [1, 0.4999999815, 0.1666654342, 0.0416672007, 0.008366547128, 0.001388251729];

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1), at half the size so that 2^128 does not overflow before it is needed. */
export function expm1Lane(e: LaneEmitter, x: Lane): Lane {
  // Above the result is ∞, below it is -1.
  const { whole, remainder, biased } = reduceExponent(e, clampLane(e, x, -18, 89), 1, 126);
  const halfScale = e.floatOf(e.shiftLeft(biased, 23));
  const nearZero = e.mul(polynomialLane(e, remainder, COEFFICIENTS), remainder);
  const half = e.fma(halfScale, nearZero, e.sub(halfScale, e.constant(0.5, "f32")));
  const isZero = e.equal(x, e.constant(0, "f32"));
  const isNear = e.equal(whole, e.constant(0, "f32"));
  return e.select(isZero, x, e.select(isNear, nearZero, e.add(half, half)));
}
