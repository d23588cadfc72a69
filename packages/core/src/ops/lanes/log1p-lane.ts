/** ln(1 + x) on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { logWithRest } from "./log-lane.js";

/** ln(1 + x): what 1 + x loses when it is rounded is added to the logarithm. */
export function log1pLane(e: LaneEmitter, x: Lane): Lane {
  const one = e.constant(1, "f32");
  const sum = e.add(x, one);
  const lost = e.sub(x, e.sub(sum, one));
  // So near 0 that x is the result, -0 included.
  return e.select(e.equal(sum, one), x, logWithRest(e, sum, e.div(lost, sum)));
}
