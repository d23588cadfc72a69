/** Sine and cosine on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { polynomialLane } from "./polynomial-lane.js";

/** The largest |x|: n π/2 up to n = 2^16. */
const REACH = 102943;
/** π/2 in five parts of 8 bits, so that their products with n up to 2^16 are exact; the last has as many as fit. */
const HALF_PI_PARTS = [1.5703125, 0.000457763671875, 0.0000259876251220703125];
const HALF_PI_FOURTH = 7.5437128543853759766e-8;
const HALF_PI_FIFTH = 6.0771006282767103812e-11;
/** Added to a number of moderate size, it leaves the nearest whole number in the low bits of the sum. */
const ROUNDER = 1.5 * 2 ** 23;
/** (sin r - r) / r³ in r² for |r| ≤ π/4, by Remez' algorithm: the relative error is 4e-9. */
const SINE = [-0.1666665481, 0.008332170732, -0.000195163838];
/** (cos r - 1 + r²/2) / r⁴ in r² for |r| ≤ π/4, by Remez' algorithm: the relative error is 1.2e-10. */
const COSINE = [0.04166664555, -0.001388731007, 2.443247995e-5];
const SIGN_BIT = -(2 ** 31);

/** sin x. */
export function sinLane(e: LaneEmitter, x: Lane): Lane {
  const { sine, cosine, quadrant } = quarterTurn(e, withinReach(e, e.abs(x)));
  const sign = e.and(e.bitsOf(x), e.constant(SIGN_BIT, "i32"));
  return turned(e, e.xor(sign, signOf(e, quadrant)), e.select(isOdd(e, quadrant), cosine, sine));
}

/** cos x. */
export function cosLane(e: LaneEmitter, x: Lane): Lane {
  const { sine, cosine, quadrant } = quarterTurn(e, withinReach(e, e.abs(x)));
  const sign = signOf(e, e.add(quadrant, e.constant(1, "i32")));
  return turned(e, sign, e.select(isOdd(e, quadrant), sine, cosine));
}

/** What is not reduced exactly any more counts as 0: sin² + cos² stays 1. NaN for NaN and ∞. */
function withinReach(e: LaneEmitter, x: Lane): Lane {
  return e.select(e.lessEqual(x, e.constant(REACH, "f32")), x, e.mul(x, e.constant(0, "f32")));
}

/** x = n π/2 + r, |r| ≤ π/4, 0 ≤ x ≤ 10^5: sin r, cos r, and an i32 whose lowest two bits are those of n. */
function quarterTurn(e: LaneEmitter, x: Lane): { sine: Lane; cosine: Lane; quadrant: Lane } {
  const rounder = e.constant(ROUNDER, "f32");
  const shifted = e.fma(x, e.constant(2 / Math.PI, "f32"), rounder);
  const whole = e.sub(shifted, rounder);
  const less = (rest: Lane, part: number): Lane => e.fma(whole, e.constant(-part, "f32"), rest);
  const exact = HALF_PI_PARTS.reduce<Lane>(less, x);
  const nearly = less(exact, HALF_PI_FOURTH);
  const r = less(nearly, HALF_PI_FIFTH);
  // What is lost when these two are rounded.
  const rest = e.add(less(e.sub(exact, nearly), HALF_PI_FOURTH), less(e.sub(nearly, r), HALF_PI_FIFTH));
  const square = e.mul(r, r);
  const cube = e.mul(square, r);
  const sine = e.add(r, e.fma(polynomialLane(e, square, SINE), cube, rest));
  const cosine = polynomialLane(e, square, [1, -0.5, ...COSINE]);
  return { sine, cosine, quadrant: e.bitsOf(shifted) };
}

function isOdd(e: LaneEmitter, quadrant: Lane): Lane {
  return e.notEqual(e.and(quadrant, e.constant(1, "i32")), e.constant(0, "i32"));
}

/** The second lowest bit of the quadrant as a sign. */
function signOf(e: LaneEmitter, quadrant: Lane): Lane {
  return e.shiftLeft(e.and(quadrant, e.constant(2, "i32")), 30);
}

function turned(e: LaneEmitter, sign: Lane, x: Lane): Lane {
  return e.floatOf(e.xor(e.bitsOf(x), sign));
}
