/** What all functions made of e^x end with: a number times a power of 2. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";

/**
 * x 2^n in two steps, so that both reach from the largest to the smallest subnormal number.
 *
 * @param x - f32, between ½ and 2
 * @param biased - an i32 whose lowest 9 bits hold n + 254, for n from -160 to 160
 */
export function scaleExponent(e: LaneEmitter, x: Lane, biased: Lane): Lane {
  const half = e.shiftRight(biased, 1);
  const first = e.floatOf(e.shiftLeft(half, 23));
  const second = e.floatOf(e.shiftLeft(e.sub(biased, half), 23));
  return e.mul(e.mul(x, first), second);
}
