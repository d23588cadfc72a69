/** Initializers that do not look at the shape. */
import { filledWith, normal, uniform, zeros } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { moments, sample, tolerances } from "./moments.js";

test("zeros are 0 everywhere", () => {
  expect([...sample(zeros, [2, 2])]).toEqual([0, 0, 0, 0]);
});

test("filledWith gives its number everywhere", () => {
  expect([...sample(filledWith(-1.5), [3])]).toEqual([-1.5, -1.5, -1.5]);
});

test("a shape without axes has one element", () => {
  expect(sample(normal(), []).length).toBe(1);
});

test("uniform numbers lie in (min, max), with its mean and variance", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 10 }), (min, width) => {
      const elements = sample(uniform(min, min + width), [1000]);
      expect(elements.every((element) => element > min && element < min + width)).toBe(true);
      const { mean, variance } = moments(elements);
      const tolerance = tolerances(width ** 2 / 12, 9 / 5, elements.length);
      expect(Math.abs(mean - (min + width / 2))).toBeLessThan(tolerance.mean);
      expect(Math.abs(variance - width ** 2 / 12)).toBeLessThan(tolerance.variance);
    }),
  );
});

test("uniform numbers between equal bounds are that bound", () => {
  expect([...sample(uniform(2, 2), [3])]).toEqual([2, 2, 2]);
});

test("normal numbers have the mean and deviation asked for", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 10 }), (mean, deviation) => {
      const elements = sample(normal(mean, deviation), [1000]);
      const found = moments(elements);
      const tolerance = tolerances(deviation ** 2, 3, elements.length);
      expect(Math.abs(found.mean - mean)).toBeLessThan(tolerance.mean);
      expect(Math.abs(found.variance - deviation ** 2)).toBeLessThan(tolerance.variance);
    }),
  );
});

test("normal numbers are standard unless said otherwise", () => {
  expect(sample(normal(), [20])).toEqual(sample(normal(0, 1), [20]));
});

test("normal numbers of deviation 0 are the mean", () => {
  expect([...sample(normal(3, 0), [2])]).toEqual([3, 3]);
});

test.each([
  { min: 1, max: 0 },
  { min: NaN, max: 1 },
])("uniform($min, $max) is refused", ({ min, max }) => {
  expectProblem(() => uniform(min, max), {
    name: "ValueError",
    code: "INITIALIZER_RANGE",
    message: `uniform(min, max): min must be ≤ max, got ${min} and ${max}.`,
  });
});

test.each([-0.1, NaN])("a deviation of %d is refused", (deviation) => {
  expectProblem(() => normal(0, deviation), {
    name: "ValueError",
    code: "INITIALIZER_RANGE",
    message: `normal(mean, deviation): the deviation must be ≥ 0, got ${deviation}.`,
  });
});
