/** Limits of gradients. */
import { constant, evaluate, input, param, type FloatNode } from "@unfold/core";
import { clipAdaptively, clipByNorm, clipByValue, sgd } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const elements = fc.double({ min: -100, max: 100, noNaN: true });
const vectors = fc.array(elements, { minLength: 1, maxLength: 6 });
const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

test("a clipped value lies within the limit, and one within it stays", () => {
  fc.assert(
    fc.property(vectors, fc.double({ min: 0.1, max: 50, noNaN: true }), (values, limit) => {
      const found = [...evaluate(clipByValue(constant(values), limit)).data];
      expect(found).toEqual(values.map((value) => Math.max(-limit, Math.min(limit, value))));
    }),
  );
});

test("a clipped norm is at most the limit, in the same direction", () => {
  fc.assert(
    fc.property(vectors, fc.double({ min: 0.1, max: 50, noNaN: true }), (values, limit) => {
      const found = [...evaluate(clipByNorm(constant(values), limit)).data];
      const scale = Math.min(1, limit / norm(values));
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(values[i]! * (norm(values) === 0 ? 1 : scale), 9);
      });
    }),
  );
});

test("each unit's gradient is at most a share of its weights, which count as 0.001 at least", () => {
  // Columns: one far beyond its share, one within it, one whose weights are zero.
  const parameter = constant([
    [3, 1, 0],
    [4, 0, 0],
  ]);
  const gradient = constant([
    [60, 0.05, 1],
    [80, 0, 0],
  ]);
  const found = [...evaluate(clipAdaptively(parameter, gradient, 0.1)).data];
  [0.3, 0.05, 1e-4, 0.4, 0, 0].forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 9);
  });
});

test("a vector is one unit, and so is a number", () => {
  expect([...evaluate(clipAdaptively(constant([3, 4]), constant([30, 40]), 1)).data]).toEqual([3, 4]);
  expect(evaluate(clipAdaptively(constant(2), constant(-10), 0.5)).item()).toBe(-1);
});

test("minimize applies the limits in their order: value, norm, global norm, adaptive", () => {
  const [w, g] = [param("w", [3, 4]), input("g", [2])];
  const step = (options: object): number[] => {
    const [[, next]] = sgd({ learningRate: 1 }).apply([w], [g], options) as [[unknown, FloatNode]];
    return [...evaluate(next, { g: [6, -8] }).data].map((value, i) => [3, 4][i]! - value);
  };
  expect(step({ clipValue: 7 })).toEqual([6, -7]);
  expect(step({ clipNorm: 5 })).toEqual([3, -4]);
  expect(step({ clipGlobalNorm: 5 })).toEqual([3, -4]);
  expect(step({ clipAdaptive: 1 })).toEqual([3, -4]);
  expect(step({ clipValue: 6, clipNorm: 6 * Math.SQRT2 })[1]).toBeCloseTo(-6, 9);
});

describe("limits out of range are refused", () => {
  test.each([0, -1, NaN, Infinity])("%d", (limit) => {
    for (const clip of [clipByValue, clipByNorm])
      expect(() => clip(constant([1]), limit)).toThrow(/must be a finite number > 0/);
    expect(() => clipAdaptively(constant([1]), constant([1]), limit)).toThrow(/share must be a finite number > 0/);
  });
});
