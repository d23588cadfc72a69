/** 1 / (1 + e^-x) on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { expNearZero } from "./exp-lane.js";
import { reduceExponent } from "./reduce-exponent.js";

/** 1 / (1 + e^-x). */
export function sigmoidLane(e: LaneEmitter, x: Lane): Lane {
  // The exponent of 2^n, n ≤ 128, becomes that of ∞ in time; above 87 the sum is 1 anyway.
  const { remainder, biased } = reduceExponent(e, clampLane(e, x, -88.8, 87), -1, 127);
  const scale = e.floatOf(e.shiftLeft(biased, 23));
  const one = e.constant(1, "f32");
  return e.div(one, e.fma(expNearZero(e, remainder, -1), scale, one));
}
