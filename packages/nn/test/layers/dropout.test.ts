/** Dropout: what it drops, how often, and that derivatives pass where it does not. */
import { constant, createRuntime, evaluate, evaluateAll, gradient, input, ndArray, sum } from "@unfold/core";
import { dropout, trainingMode } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { seeds } from "../arbitraries.js";

const rates = fc.double({ min: 0, max: 0.9, noNaN: true });

test("without a mode it is x itself", () => {
  const x = input("x", [3]);
  expect(dropout({ rate: 0.5 }).apply(x)).toBe(x);
});

test("at rate 0 it is x itself", () => {
  const x = input("x", [3]);
  expect(dropout({ rate: 0 }).apply(x, trainingMode(1))).toBe(x);
});

test("every element is 0, or divided by 1 - rate; its derivative is the same factor", () => {
  fc.assert(
    fc.property(rates, seeds, (rate, seed) => {
      const x = input("x", [4, 5]);
      const y = dropout({ rate }).apply(x, trainingMode(seed));
      const values = Float64Array.from({ length: 20 }, (_, i) => i + 1);
      const found = evaluateAll({ y, slope: gradient(sum(y), [x])[0] }, { x: values });
      found.slope.data.forEach((factor, i) => {
        expect([0, 1 / (1 - rate)]).toContain(factor);
        expect(found.y.data[i]).toBe(values[i]! * factor);
      });
    }),
  );
});

test("NaN that is dropped is gone", () => {
  const y = dropout({ rate: 0.9 }).apply(constant(ndArray(new Float64Array(100).fill(NaN))), trainingMode(1));
  expect(evaluate(y).data).toContain(0);
});

test("the share that is dropped is the rate, and the mean stays", () => {
  const [size, rate] = [20_000, 0.3];
  const y = evaluate(dropout({ rate }).apply(constant(ndArray(new Float64Array(size).fill(1))), trainingMode(1))).data;
  const dropped = y.filter((element) => element === 0).length / size;
  // Five standard errors of a share.
  expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / size));
});

test("along shared axes one choice holds for all", () => {
  const ones = constant(ndArray(new Float64Array(6 * 8).fill(1), { shape: [6, 8] }));
  const y = evaluate(dropout({ rate: 0.5, sharedAxes: [0] }).apply(ones, trainingMode(3))).data;
  const first = [...y.slice(0, 8)];
  expect(new Set(first).size).toBe(2);
  for (let t = 1; t < 6; t++) expect([...y.slice(8 * t, 8 * (t + 1))]).toEqual(first);
});

test("applied twice in a step it draws twice, and so does every run of the step", async () => {
  const mode = trainingMode(1);
  const layer = dropout({ rate: 0.5 });
  const x = constant(ndArray(new Float64Array(64).fill(1)));
  const runtime = await createRuntime();
  const step = await runtime.compile({
    outputs: { a: layer.apply(x, mode), b: layer.apply(x, mode) },
    updates: mode.updates(),
  });
  const runs = [0, 1].flatMap(() => {
    const { a, b } = step.run({});
    return [a.data.join(), b.data.join()];
  });
  expect(new Set(runs).size).toBe(4);
});

test.each([-0.1, 1, NaN])("a rate of %d is refused", (rate) => {
  expectProblem(() => dropout({ rate }), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `dropout("dropout"): rate must be in [0, 1), got ${rate}.`,
  });
});

test("an axis that x does not have is refused", () => {
  expectProblem(() => dropout({ rate: 0.1, sharedAxes: [2] }).apply(input("x", [3, 4]), trainingMode(1)), {
    name: "ShapeError",
    code: "AXIS_RANGE",
    message: 'dropout("dropout").apply(x): axis must be a whole number in [-2, 1], got 2.',
  });
});
