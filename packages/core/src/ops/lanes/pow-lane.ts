/** Powers on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { clampLane } from "./clamp-lane.js";
import { expNearZero } from "./exp-lane.js";
import { polynomialLane } from "./polynomial-lane.js";
import { scaleExponent } from "./scale-exponent.js";

/** The bits of √½: numbers are split into a power of 2 and a factor in [√½, √2). */
const SQRT_HALF_BITS = 0x3f3504f3;
const SMALLEST_NORMAL = 2 ** -126;
/** What makes subnormal numbers normal. */
const LIFT = 23;
/** 2 / (3 ln 2): the first part has 12 bits. */
const SCALE_HIGH = 0.961669921875;
const SCALE_LOW = 0.000126772050976;
/** (3 artanh(s) / s - 3 - s²) / s⁴ in s², by Lawson's algorithm: the logarithm has a relative error of 8e-12. */
const COEFFICIENTS = [0.6000022826, 0.4282070048, 0.3512786372];
/** With exponents beyond, powers of every base but ±1 are 0 or ∞. */
const LARGEST_EXPONENT = 2 ** 33;
const SIGN_BIT = -(2 ** 31);

/** A number as the sum of two: the high one has 12 bits, so that products of two such are exact. */
interface Split {
  readonly high: Lane;
  readonly low: Lane;
}

/** a^b, where IEEE 754 gives a special value that one. */
export function powLane(e: LaneEmitter, a: Lane, b: Lane): Lane {
  const float = (value: number): Lane => e.constant(value, "f32");
  const size = e.abs(a);
  const isZero = e.equal(size, float(0));
  const isExtreme = e.or(isZero, e.equal(size, float(Infinity)));
  const extreme = e.select(e.equal(isZero, e.less(b, float(0))), float(Infinity), float(0));
  const magnitude = e.select(isExtreme, extreme, powerOf2(e, times(e, logarithm(e, size), b)));

  const isWhole = e.equal(e.trunc(b), b);
  const half = e.mul(b, float(0.5));
  const isOdd = e.and(isWhole, e.notEqual(e.trunc(half), half));
  const sign = e.select(isOdd, e.and(e.bitsOf(a), e.constant(SIGN_BIT, "i32")), e.constant(0, "i32"));
  const signed = e.floatOf(e.or(e.bitsOf(magnitude), sign));

  const isFiniteNegative = e.and(e.less(a, float(0)), e.less(float(-Infinity), a));
  const isUndefined = e.and(isFiniteNegative, e.not(isWhole));
  const isNumber = e.and(e.equal(a, a), e.equal(b, b));
  const defined = e.select(e.and(isNumber, e.not(isUndefined)), signed, float(NaN));
  const isOne = e.or(e.equal(a, float(1)), e.equal(b, float(0)));
  return e.select(isOne, float(1), defined);
}

/**
 * log2(x) for 0 < x < ∞ in two parts, with a relative error of about 2^-35.
 *
 * x = 2^k m, s = (m - 1) / (m + 1): log2(x) = k + 2 / (3 ln 2) s (3 + s² + …)
 *
 * @source fdlibm, e_pow.c (Sun Microsystems 1993), and its form for single precision (Taylor 1993)
 */
function logarithm(e: LaneEmitter, x: Lane): Split {
  const float = (value: number): Lane => e.constant(value, "f32");
  const isSubnormal = e.less(x, float(SMALLEST_NORMAL));
  const bits = e.bitsOf(e.select(isSubnormal, e.mul(x, float(2 ** LIFT)), x));
  const exponent = e.shiftRight(e.sub(bits, e.constant(SQRT_HALF_BITS, "i32")), 23);
  const k = e.sub(e.toFloat(exponent), e.select(isSubnormal, float(LIFT), float(0)));
  const m = e.floatOf(e.sub(bits, e.shiftLeft(exponent, 23)));
  // The quotient s of f and d, which is d + dLow, in two parts.
  const f = e.sub(m, float(1));
  const d = e.add(m, float(1));
  const s = e.div(f, d);
  const sHigh = highPart(e, s);
  const dHigh = highPart(e, d);
  const dLow = e.sub(m, e.sub(dHigh, float(1)));
  const sLow = e.div(e.sub(e.sub(f, e.mul(sHigh, dHigh)), e.mul(sHigh, dLow)), d);
  // 3 + s² + …, in two parts.
  const square = e.mul(s, s);
  const highSquare = e.mul(sHigh, sHigh);
  const tail = e.mul(e.mul(square, square), polynomialLane(e, square, COEFFICIENTS));
  const rest = e.add(e.mul(sLow, e.add(sHigh, s)), tail);
  const tHigh = highPart(e, e.add(e.add(highSquare, float(3)), rest));
  const tLow = e.sub(rest, e.sub(e.sub(tHigh, float(3)), highSquare));
  // Their product, then that with 2 / (3 ln 2).
  const uHigh = e.mul(sHigh, tHigh);
  const uLow = e.add(e.mul(sLow, tHigh), e.mul(tLow, s));
  const product = splitSum(e, uHigh, uLow);
  const zHigh = e.mul(product.high, float(SCALE_HIGH));
  const zLow = e.add(e.mul(product.high, float(SCALE_LOW)), e.mul(product.low, float(SCALE_HIGH + SCALE_LOW)));
  const high = highPart(e, e.add(e.add(zHigh, zLow), k));
  return { high, low: e.sub(zLow, e.sub(e.sub(high, k), zHigh)) };
}

/** x b, as a sum of which the high part is the rounded sum. */
function times(e: LaneEmitter, x: Split, b: Lane): Split {
  const factor = clampLane(e, b, -LARGEST_EXPONENT, LARGEST_EXPONENT);
  const factorHigh = highPart(e, factor);
  const low = e.add(e.mul(e.sub(factor, factorHigh), x.high), e.mul(factor, x.low));
  const exact = e.mul(factorHigh, x.high);
  const high = e.add(exact, low);
  return { high, low: e.sub(low, e.sub(high, exact)) };
}

/** 2^x. */
function powerOf2(e: LaneEmitter, { high, low }: Split): Lane {
  // Above 2^x is ∞, below it is 0; the low part of what is inside is smaller.
  const x = clampLane(e, high, -152, 129);
  const whole = e.nearest(x);
  const rest = e.add(e.sub(x, whole), clampLane(e, low, -(2 ** -16), 2 ** -16));
  const biased = e.add(e.toInt(whole), e.constant(2 * 127, "i32"));
  return scaleExponent(e, expNearZero(e, e.mul(rest, e.constant(Math.LN2, "f32")), 1), biased);
}

/** The first 12 bits of a number. */
function highPart(e: LaneEmitter, x: Lane): Lane {
  return e.floatOf(e.and(e.bitsOf(x), e.constant(~0xfff, "i32")));
}

function splitSum(e: LaneEmitter, a: Lane, b: Lane): Split {
  const high = highPart(e, e.add(a, b));
  return { high, low: e.sub(b, e.sub(high, a)) };
}
