/** What all functions made of e^x begin with: x = n ln 2 + r, |r| ≤ ln 2 / 2. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";

/** ln 2 in two parts: the first has 9 bits, so that its product with n is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.12194440054690583e-4;
/** Added to a number of moderate size, it leaves the nearest whole number in the low bits of the sum. */
const ROUNDER = 1.5 * 2 ** 23;

/** Where a power of e lies. */
export interface ReducedExponent {
  /** n, f32. */
  readonly whole: Lane;
  /** r, or -r if x was negated. */
  readonly remainder: Lane;
  /** An i32 whose lowest 9 bits hold n + bias. */
  readonly biased: Lane;
}

/**
 * @param x - f32, at most 150 in absolute value
 * @param sign - reduces x or, if -1, -x
 * @param bias - what is added to n in `biased`
 * @source Cody & Waite 1980, "Software manual for the elementary functions", chapter 6
 */
export function reduceExponent(e: LaneEmitter, x: Lane, sign: 1 | -1, bias: number): ReducedExponent {
  const rounder = e.constant(ROUNDER + bias, "f32");
  const shifted = e.fma(x, e.constant(sign * Math.LOG2E, "f32"), rounder);
  const whole = e.sub(shifted, rounder);
  const high = e.fma(whole, e.constant(-sign * LN2_HIGH, "f32"), x);
  const remainder = e.fma(whole, e.constant(-sign * LN2_LOW, "f32"), high);
  return { whole, remainder, biased: e.bitsOf(shifted) };
}
