/** The error function in double precision: a series of positive terms near 0, a continued fraction in the tails. */

/** Where the continued fraction becomes as exact as the series. */
const TAIL = 2.5;
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** erf(x). Source: Abramowitz & Stegun 1964, 7.1.6 (series) and 7.1.14 (continued fraction). */
export function errorFunction(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const magnitude = Math.abs(x);
  const value = magnitude < TAIL ? series(magnitude) : 1 - complementaryTail(magnitude);
  return x < 0 ? -value : value;
}

/** 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!: every term is positive, so nothing cancels. */
function series(x: number): number {
  const twiceSquare = 2 * x * x;
  let term = x;
  let total = x;
  for (let n = 1; term > total * Number.EPSILON * 0.25; n++) {
    term *= twiceSquare / (2 * n + 1);
    total += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * total;
}

/** erfc(x) = e^(-x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), evaluated from the inside. */
function complementaryTail(x: number): number {
  let denominator = x;
  for (let n = 60; n >= 1; n--) denominator = x + n / 2 / denominator;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator;
}
