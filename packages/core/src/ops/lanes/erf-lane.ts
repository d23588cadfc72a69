/** The error function on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { doubledTangent } from "./doubled-tangent.js";

/** From here on the result is 1. Further on rounding might make it more. */
const SATURATED = 3.7961578369140625;
/** 2 tan(asin(erf x) / 2) = x p(x²) / q(x²), by Remez' algorithm with less weight where doubling forgives. */
const P = [1.97466397, 0.520432115, 0.0564915724, 0.00444631232];
const Q = [1.75000036, 0.48751393, 0.0847958252, 0.0105851842, 0.000173115346];

/** erf(x). */
export function erfLane(e: LaneEmitter, x: Lane): Lane {
  return doubledTangent(e, clampLane(e, x, -SATURATED, SATURATED), P, Q);
}
