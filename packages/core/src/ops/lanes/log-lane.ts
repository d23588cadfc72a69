/** ln x on lanes. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { polynomialLane } from "./polynomial-lane.js";

/** The bits of √½: numbers are split into a power of 2 and a factor in [√½, √2). */
const SQRT_HALF_BITS = 0x3f3504f3;
const SMALLEST_NORMAL = 2 ** -126;
/** What makes subnormal numbers normal. */
const LIFT = 23;
/** ln 2 in two parts: the first has 9 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.12194440054690583e-4;
/** (ln(1 + f) - 2s) / s³ in s² for s = f / (2 + f), by Remez' algorithm: ln has a relative error of 2.4e-9. */
const COEFFICIENTS = [0.6666677588, 0.3997759614, 0.298704167];

/** ln x. */
export function logLane(e: LaneEmitter, x: Lane): Lane {
  return logWithRest(e, x, undefined);
}

/**
 * ln x + rest, where the rest is much smaller than what is lost when x is rounded.
 *
 * ln(2^k (1 + f)) = k ln 2 + f - s (f - R(s²)), s = f / (2 + f)
 *
 * @source fdlibm, e_log.c (Sun Microsystems 1993)
 */
export function logWithRest(e: LaneEmitter, x: Lane, rest: Lane | undefined): Lane {
  const float = (value: number): Lane => e.constant(value, "f32");
  const isSubnormal = e.less(x, float(SMALLEST_NORMAL));
  const bits = e.bitsOf(e.select(isSubnormal, e.mul(x, float(2 ** LIFT)), x));
  const exponent = e.shiftRight(e.sub(bits, e.constant(SQRT_HALF_BITS, "i32")), 23);
  const f = e.sub(e.floatOf(e.sub(bits, e.shiftLeft(exponent, 23))), float(1));
  const k = e.sub(e.toFloat(exponent), e.select(isSubnormal, float(LIFT), float(0)));
  const s = e.div(f, e.add(f, float(2)));
  const square = e.mul(s, s);
  const r = e.mul(square, polynomialLane(e, square, COEFFICIENTS));
  const small = rest === undefined ? e.mul(k, float(-LN2_LOW)) : e.sub(e.mul(k, float(-LN2_LOW)), rest);
  const fraction = e.sub(f, e.fma(s, e.sub(f, r), small));
  const result = e.fma(k, float(LN2_HIGH), fraction);
  const orInfinite = e.select(e.less(x, float(Infinity)), result, x);
  const outside = e.select(e.equal(x, float(0)), float(-Infinity), float(NaN));
  return e.select(e.less(float(0), x), orInfinite, outside);
}
