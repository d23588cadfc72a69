/** The normal quantile against published and independently computed values. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inverseNormal } from "../../src/random/normal.js";

/** The algorithm promises 1 part in 10^16; evaluating it in f64 adds a few roundings of 1.1e-16. */
const RTOL = 1e-15;

const known = [
  // Wichura 1988: the paper's test data, one for each of its three formulas.
  { p: 0.25, quantile: -0.6744897501960817 },
  { p: 0.001, quantile: -3.090232306167814 },
  { p: 1e-20, quantile: -9.262340089798408 },
  // Φ(x) = p solved with 30-digit arithmetic.
  { p: 0.6, quantile: 0.2533471031357998 },
  { p: 0.975, quantile: 1.959963984540054 },
  { p: 0.995, quantile: 2.575829303548901 },
  { p: 1e-300, quantile: -37.0470962993612 },
];

test.each(known)("the quantile at $p is $quantile", ({ p, quantile }) => {
  expect(Math.abs(inverseNormal(p) / quantile - 1)).toBeLessThanOrEqual(RTOL);
});

/** Depends on every bit of every quantile. */
function checksum(probabilities: readonly number[]): number {
  return probabilities.reduce((hash, p) => {
    const bits = new DataView(Float64Array.of(inverseNormal(p)).buffer);
    return ((Math.imul(hash, 31) + bits.getUint32(0, true)) ^ bits.getUint32(4, true)) >>> 0;
  }, 0);
}

// Computed by another program, in Python, with the coefficients as printed in Wichura 1988, whose sums of mantissas are
// printed too: 55.8831928806149014439, 49.33206503301610289036 and 47.52583317549289671629. A digit copied wrong
// shows in some bits, unless it changes its coefficient by no more than rounding does.
describe("the published coefficients give every bit", () => {
  const range = (first: number, last: number, p: (i: number) => number): number[] =>
    Array.from({ length: last - first + 1 }, (_, i) => p(first + i));

  test.each([
    { formula: "central", probabilities: range(75, 925, (i) => i / 1000), expected: 4021459148 },
    { formula: "middle", probabilities: range(1, 1088, (i) => i * i * i * 2 ** -34), expected: 2042186806 },
    { formula: "tail", probabilities: range(37, 1022, (i) => 2 ** -i), expected: 3202797552 },
  ])("of the $formula formula", ({ probabilities, expected }) => {
    expect(checksum(probabilities)).toBe(expected);
  });

  test.each([
    { p: 0.271, quantile: -0.6097913986740797 },
    { p: 0.324, quantile: -0.45654238383984036 },
  ])("at $p", ({ p, quantile }) => {
    expect(inverseNormal(p)).toBe(quantile);
  });
});

test("the quantile at one half is 0", () => {
  expect(inverseNormal(0.5)).toBe(0);
});

test("the quantiles of p and 1 - p differ in sign only", () => {
  // Multiples of 2^-32 are what initializers use; 1 - p is exact for them.
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (i) => {
      const p = i * 2 ** -32;
      expect(inverseNormal(1 - p)).toBe(-inverseNormal(p));
    }),
  );
});

test("a larger p has a larger quantile, also where one formula follows another", () => {
  // The formulas change at |p - 0.5| = 0.425 and at p = e^-25.
  const seams = [0.075, 0.925, Math.exp(-25)];
  const probability = fc.oneof(
    fc.double({ min: 1e-300, max: 1, maxExcluded: true, noNaN: true }),
    fc.constantFrom(...seams).chain((seam) => fc.double({ min: seam * (1 - 1e-9), max: seam * (1 + 1e-9) })),
  );
  fc.assert(
    fc.property(probability, (p) => {
      const larger = p * (1 + 1e-10);
      if (larger < 1) expect(inverseNormal(larger)).toBeGreaterThan(inverseNormal(p));
    }),
  );
});
