/** ln(1 + e^x) on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { expLane } from "./exp-lane.js";
import { polynomialLane } from "./polynomial-lane.js";

/** ln(1 + z) = z p(z) / q(z) for 0 ≤ z ≤ 1, by Remez' algorithm: the relative error is 2.1e-8. */
const P = [1, 0.8695150327, 0.1246384263];
const Q = [1, 1.369513655, 0.4760894398, 0.0313522721];

/** max(x, 0) + ln(1 + e^-|x|). */
export function softplusLane(e: LaneEmitter, x: Lane): Lane {
  const z = expLane(e, e.neg(e.abs(x)));
  const logarithm = e.div(e.mul(polynomialLane(e, z, P), z), polynomialLane(e, z, Q));
  return e.add(e.max(x, e.constant(0, "f32")), logarithm);
}
