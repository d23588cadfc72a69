/** The error function on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { doubledTangent } from "./doubled-tangent.js";

/** From here on the result is 1. Further on rounding might make it more. */
const SATURATED = 3.794837474822998;
/** 2 tan(asin(erf x) / 2) = x p(x²) / q(x²), by Remez' algorithm with less weight where doubling forgives, then by trial in f32. */
const P = [1.97466385, 0.520431876, 0.0564915761, 0.00444623875];
const Q = [1.75000024, 0.487513512, 0.0847960263, 0.0105850976, 0.000173109758];

/** erf(x). */
export function erfLane(e: LaneEmitter, x: Lane): Lane {
  return doubledTangent(e, clampLane(e, x, -SATURATED, SATURATED), P, Q);
}
