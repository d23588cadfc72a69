/** Batch normalization: running statistics, and what it refuses. Values are held against PyTorch's. */
import { checkGradients, createRuntime, evaluate, input, mean, variance } from "@unfold/core";
import { batchNorm, trainingMode } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import { expect, test } from "vitest";
import { drawReals } from "../arbitraries.js";

test("in training each feature has mean 0 and variance 1 over all other axes", () => {
  const y = batchNorm({ units: 2, epsilon: 1e-12 }).apply(input("x", [3, 4, 2]), trainingMode(1));
  const values = { x: drawReals([3, 4, 2], 1, "x") };
  [...evaluate(mean(y, { axes: [0, 1] }), values).data].forEach((element) => {
    expect(Math.abs(element)).toBeLessThan(1e-13);
  });
  [...evaluate(variance(y, { axes: [0, 1] }), values).data].forEach((element) => {
    expect(Math.abs(element - 1)).toBeLessThan(1e-10);
  });
});

test("derivatives through the statistics of the batch equal central differences", () => {
  const layer = batchNorm({ units: 2 });
  const x = input("x", [3, 2]);
  checkGradients(layer.apply(x, trainingMode(1)), {
    wrt: [x, layer.parameters.weight, layer.parameters.bias],
    values: { x: drawReals([3, 2], 1, "x") },
  });
});

test("batches of two shapes move the same statistics", async () => {
  const layer = batchNorm({ units: 1, momentum: 0.5 });
  const mode = trainingMode(1);
  const runtime = await createRuntime();
  for (const [size, batch] of [
    [2, [[1], [3]]],
    [3, [[4], [4], [4]]],
  ] as const) {
    const x = input("x", [size, 1]);
    const step = await runtime.compile({
      inputs: { x },
      outputs: { y: layer.apply(x, mode) },
      updates: mode.updates(),
    });
    step.run({ x: batch });
  }
  // Means 2 and 4; variances 2 (of a sample) and 0.
  expect(runtime.read(layer.statistics.mean).item()).toBe(0.5 * (0.5 * 2) + 0.5 * 4);
  expect(runtime.read(layer.statistics.variance).item()).toBe(0.5 * (0.5 * 1 + 0.5 * 2));
});

test("equal elements stay finite", () => {
  const x = input("x", [2, 1]);
  const y = batchNorm({ units: 1 }).apply(x, trainingMode(1));
  expect([...evaluate(y, { x: [[5], [5]] }, { precision: "f32" }).data]).toEqual([0, 0]);
});

test.each([[[1, 3]], [[3]], [[0, 3]]])("a batch of shape %j is refused in training, not in evaluation", (shape) => {
  const x = input("x", shape);
  expectProblem(() => batchNorm({ units: 3 }).apply(x, trainingMode(1)), {
    name: "ShapeError",
    code: "BATCH_TOO_SMALL",
    message: `batchNorm("batchNorm").apply(x, mode): there must be at least two positions to normalize over, got f32[${shape.join(", ")}] ("x"). Train with a larger batch, or use layerNorm.`,
  });
  expect(batchNorm({ units: 3 }).apply(x).shape).toEqual(shape);
});

test("applied twice in a step it is refused", () => {
  const layer = batchNorm({ units: 3 });
  const mode = trainingMode(1);
  const x = input("x", [4, 3]);
  const y = layer.apply(x, mode);
  expect(() => layer.apply(y, mode)).toThrow(/a leaf must have one update in each step/);
});

test.each([0, 1.1, NaN])("a momentum of %d is refused", (momentum) => {
  expectProblem(() => batchNorm({ units: 3, momentum }), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `batchNorm("batchNorm"): momentum must be in (0, 1], got ${momentum}.`,
  });
});
