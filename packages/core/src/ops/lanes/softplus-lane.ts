/** ln(1 + e^x) on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { expLane } from "./exp-lane.js";
import { polynomialLane } from "./polynomial-lane.js";

/** ln(1 + z) = z + z² p(z) / q(z) for 0 ≤ z ≤ 1, by Remez' algorithm: the relative error is 4e-8. */
const P = [-0.4999975869, -0.2809088639, -0.002424498125];
const Q = [1, 1.228390611, 0.3243996257];

/** max(x, 0) + ln(1 + e^-|x|). */
export function softplusLane(e: LaneEmitter, x: Lane): Lane {
  const z = expLane(e, e.neg(e.abs(x)));
  const bend = e.div(e.mul(polynomialLane(e, z, P), e.mul(z, z)), polynomialLane(e, z, Q));
  return e.add(e.max(x, e.constant(0, "f32")), e.add(z, bend));
}
