/** Hyperbolic tangent on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { doubledTangent } from "./doubled-tangent.js";

/** From here on the result is 1. Further on rounding might make it more. */
const SATURATED = 8.807356834411621;
/**
 * 2 tanh(x/2) = x p(x²) / q(x²), by Remez' algorithm with less weight where doubling forgives, then by trial in f32.
 * The common factor of p and q keeps what is rounded near 0 in the upper half of a binade, where rounding costs least.
 */
const P = [1.82000005, 0.0541773476, 0.000207649791];
const Q = [1.82000005, 0.205844104, 0.0021946542, 2.23143934e-6];

/** tanh(x). */
export function tanhLane(e: LaneEmitter, x: Lane): Lane {
  return doubledTangent(e, clampLane(e, x, -SATURATED, SATURATED), P, Q);
}
