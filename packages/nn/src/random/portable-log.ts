/** A natural logarithm that is the same on every engine: Math.log need not be. */

/** ln 2 in two parts whose sum is exact to more digits than one number holds. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * ln x for a normal number x > 0, from + - * / only: x = m 2^e with m in [√½, √2), ln m = 2 artanh((m - 1) / (m + 1)).
 *
 * @example
 * Math.abs(portableLog(10) - Math.LN10) < 1e-15; // → true
 * @source Abramowitz & Stegun 1964, 4.1.27
 */
export function portableLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= Math.SQRT2; exponent++) mantissa /= 2;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let total = 0;
  for (let n = 25; n >= 1; n -= 2) total = total * square + 1 / n;
  return exponent * LN2_HIGH + (2 * s * total + exponent * LN2_LOW);
}
