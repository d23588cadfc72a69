/** Clamping inside approximations: cheaper than min and max, which order -0 and 0. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";

/** x between two bounds; NaN stays NaN. */
export function clampLane(e: LaneEmitter, x: Lane, low: number, high: number): Lane {
  return atLeast(e, atMost(e, x, high), low);
}

/** The smaller of x and a bound; NaN stays NaN. As engines with "pseudo-minimum" have it. */
export function atMost(e: LaneEmitter, x: Lane, high: number): Lane {
  const bound = e.constant(high, "f32");
  return e.select(e.less(bound, x), bound, x);
}

function atLeast(e: LaneEmitter, x: Lane, low: number): Lane {
  const bound = e.constant(low, "f32");
  return e.select(e.less(x, bound), bound, x);
}
