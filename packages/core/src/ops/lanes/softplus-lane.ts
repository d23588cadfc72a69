/** ln(1 + e^x) on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { expLane } from "./exp-lane.js";
import { log1pLane } from "./log1p-lane.js";

/** max(x, 0) + ln(1 + e^-|x|). */
export function softplusLane(e: LaneEmitter, x: Lane): Lane {
  const zero = e.constant(0, "f32");
  const positive = e.select(e.less(zero, x), x, zero);
  return e.add(positive, log1pLane(e, expLane(e, e.neg(e.abs(x)))));
}
