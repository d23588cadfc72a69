/** Mean squared error: equation, reductions, gradient, shapes. */
import { checkGradients, constant, evaluate, gradient, input, type NdArray } from "@unfold/core";
import { meanSquaredError } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** Sums of at most 16 terms below 16 in another order. */
const ATOL = 1e-13;

function squares(prediction: NdArray, target: NdArray): number[] {
  return Array.from(prediction.data, (element, i) => (element - target.data[i]!) ** 2);
}

test("mean, sum and none are what their names say", () => {
  fc.assert(
    fc.property(extents, extents, seeds, (rows, columns, seed) => {
      const [p, t] = [drawReals([rows, columns], seed, "p"), drawReals([rows, columns], seed, "t")];
      const total = squares(p, t).reduce((sum, square) => sum + square, 0);
      const [prediction, target] = [constant(p), constant(t)];
      const none = evaluate(meanSquaredError(prediction, target, { reduction: "none" }));
      expect(none.shape).toEqual([rows, columns]);
      expect([...none.data]).toEqual(squares(p, t));
      const sum = evaluate(meanSquaredError(prediction, target, { reduction: "sum" }));
      expect(sum.shape).toEqual([]);
      expect(Math.abs(sum.item() - total)).toBeLessThanOrEqual(ATOL);
      const mean = evaluate(meanSquaredError(prediction, target, { reduction: "mean" })).item();
      expect(Math.abs(mean - total / (rows * columns))).toBeLessThanOrEqual(ATOL);
      expect(evaluate(meanSquaredError(prediction, target)).item()).toBe(mean);
    }),
  );
});

test("the gradient of the mean is 2 (prediction - target) / n, and its opposite for the target", () => {
  fc.assert(
    fc.property(extents, extents, seeds, (rows, columns, seed) => {
      const [p, t] = [drawReals([rows, columns], seed, "p"), drawReals([rows, columns], seed, "t")];
      const [prediction, target] = [input("p", [rows, columns]), input("t", [rows, columns])];
      const slopes = gradient(meanSquaredError(prediction, target), [prediction, target]);
      const [forPrediction, forTarget] = slopes.map((slope) => evaluate(slope, { p, t }).data);
      p.data.forEach((element, i) => {
        const expected = (2 * (element - t.data[i]!)) / (rows * columns);
        expect(Math.abs(forPrediction![i]! - expected)).toBeLessThanOrEqual(ATOL);
        expect(forTarget![i]).toBe(-forPrediction![i]!);
      });
    }),
  );
});

test("derivatives of order 1 and 2 equal central differences", () => {
  const [p, t] = [input("p", [2, 3]), input("t", [2, 3])];
  checkGradients(meanSquaredError(p, t), {
    wrt: [p, t],
    values: { p: drawReals([2, 3], 1, "p"), t: drawReals([2, 3], 1, "t") },
  });
});

test("a perfect prediction costs nothing", () => {
  expect(evaluate(meanSquaredError(constant([1, 2]), constant([1, 2]))).item()).toBe(0);
});

describe("errors", () => {
  test("shapes that differ are refused, also where they would broadcast", () => {
    expectProblem(() => meanSquaredError(input("y", [8, 1]), input("target", [8])), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message:
        'meanSquaredError(prediction, target): both must have one shape, got prediction = f32[8, 1] ("y") and target = f32[8] ("target").',
    });
  });

  test("a scalar and a single element differ", () => {
    expectProblem(() => meanSquaredError(constant(1), constant([1])), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message:
        "meanSquaredError(prediction, target): both must have one shape, got prediction = f32[] and target = f32[1].",
    });
  });
});
