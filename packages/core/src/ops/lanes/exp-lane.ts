/** e^x on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { polynomialLane } from "./polynomial-lane.js";
import { reduceExponent } from "./reduce-exponent.js";
import { scaleExponent } from "./scale-exponent.js";

/** e^r for |r| ≤ ln 2 / 2, by Remez' algorithm with the first two given: the relative error is 3e-9. */
const COEFFICIENTS = [1, 1, 0.4999999343, 0.166665204, 0.04166839078, 0.008368745107, 0.001381454007];

/** e^x: e^r times 2^n. */
export function expLane(e: LaneEmitter, x: Lane): Lane {
  // Above e^x is ∞, below it is 0.
  const { remainder, biased } = reduceExponent(e, clampLane(e, x, -104, 89), 1, 2 * 127);
  return scaleExponent(e, expNearZero(e, remainder, 1), biased);
}

/** e^r, or e^-r if the sign is -1, for |r| ≤ ln 2 / 2. */
export function expNearZero(e: LaneEmitter, r: Lane, sign: 1 | -1): Lane {
  const coefficients = COEFFICIENTS.map((coefficient, power) => coefficient * sign ** power);
  return polynomialLane(e, r, coefficients);
}
