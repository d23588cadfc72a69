/** Clamping inside approximations. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";

/** x between two bounds; NaN stays NaN. */
export function clampLane(e: LaneEmitter, x: Lane, low: number, high: number): Lane {
  return e.max(e.min(x, e.constant(high, "f32")), e.constant(low, "f32"));
}
