/** Truncated normal numbers: where they are cut, and their moments. */
import { truncatedNormal } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { moments, sample, tolerances } from "./moments.js";

// Moments of the standard normal distribution between -2 and 2, by parts: E x² = 1 - r, E x⁴ = 3 - 7 r, r = 4 φ(2) / (Φ(2) - Φ(-2)).
const R = (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / 0.9544997361036416;
const VARIANCE = 1 - R;
const KURTOSIS = (3 - 7 * R) / VARIANCE ** 2;

test("no number is further than two deviations from the mean, and some come close", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 10 }), (mean, deviation) => {
      const distances = [...sample(truncatedNormal(mean, deviation), [1000])].map(
        (element) => Math.abs(element - mean) / deviation,
      );
      const largest = Math.max(...distances);
      expect(largest).toBeLessThan(2);
      expect(largest).toBeGreaterThan(1.8);
    }),
  );
});

test("it has the moments of a truncated normal distribution", () => {
  const elements = sample(truncatedNormal(3, 2), [20_000]);
  const { mean, variance } = moments(elements);
  const tolerance = tolerances(4 * VARIANCE, KURTOSIS, elements.length);
  expect(Math.abs(mean - 3)).toBeLessThan(tolerance.mean);
  expect(Math.abs(variance - 4 * VARIANCE)).toBeLessThan(tolerance.variance);
});

test.each([-0.1, NaN, Infinity])("a deviation of %d is refused", (deviation) => {
  expectProblem(() => truncatedNormal(0, deviation), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `truncatedNormal(mean, deviation): deviation must be a finite number ≥ 0, got ${deviation}.`,
  });
});
