/** One choice among weighted classes, on the host. */
import { drawCategorical } from "@unfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const uniform = fc.double({ min: 0, max: 1 - 2 ** -32, noNaN: true });

const probabilities = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 20 })
  .filter((weights) => weights.some((weight) => weight > 1e-9))
  .map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    // As a softmax at 32 bits hands them out: they add up to nearly 1.
    return Float32Array.from(weights, (weight) => weight / total);
  });

test("never draws what has no probability, even where the probabilities add up to less than 1", () => {
  fc.assert(
    fc.property(probabilities, uniform, (shares, u) => {
      expect(shares[drawCategorical(shares, u)]).toBeGreaterThan(0);
    }),
  );
  expect(drawCategorical([0.5, 0.4999999, 0], 1 - 2 ** -32)).toBe(1);
  expect(drawCategorical([0, 1], 0)).toBe(1);
});

test("draws every class as often as its probability says", () => {
  fc.assert(
    fc.property(probabilities, (shares) => {
      const count = 1000;
      const drawn = Array.from({ length: count }, (_, i) => drawCategorical(shares, (i + 0.5) / count));
      // Each end of a share may cut off one of the evenly spaced numbers.
      shares.forEach((share, code) => {
        const times = drawn.filter((other) => other === code).length;
        expect(Math.abs(times - share * count)).toBeLessThanOrEqual(1 + 1e-3);
      });
    }),
  );
});

test("draws later classes for greater numbers", () => {
  fc.assert(
    fc.property(probabilities, uniform, uniform, (shares, a, b) => {
      expect(drawCategorical(shares, Math.min(a, b))).toBeLessThanOrEqual(drawCategorical(shares, Math.max(a, b)));
    }),
  );
});

test("refuses what is no distribution and what is no uniform number", () => {
  expect(() => drawCategorical([1, NaN], 0)).toThrow(
    "drawCategorical(weights, uniform): weights must be ≥ 0 with a finite sum above 0, got NaN at class 1.",
  );
  expect(() => drawCategorical([], 0)).toThrow("got a sum of 0 over 0 classes");
  expect(() => drawCategorical([1], 1)).toThrow(
    "drawCategorical(weights, uniform): the uniform number must be in [0, 1), got 1.",
  );
});
