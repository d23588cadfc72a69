/** A network with a hidden layer learns XOR, which one without cannot. */
import { createRuntime, input, sigmoid, tanh } from "@unfold/core";
import { adam, crossEntropy, dense, meanSquaredError } from "@unfold/nn";
import { expect, test } from "vitest";

const pairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const STEPS = 500;

test.each([1, 2, 3])("with squared errors the loss falls below 0.01 in 500 steps (seed %i)", async (seed) => {
  const [x, y] = [input("x", [4, 2]), input("y", [4, 1])];
  const hidden = dense({ name: "hidden", inputs: 2, units: 8, seed });
  const output = dense({ name: "output", inputs: 8, units: 1, seed });
  const prediction = sigmoid(output.apply(tanh(hidden.apply(x))));
  const loss = meanSquaredError(prediction, y);
  const runtime = await createRuntime();
  const updates = adam({ learningRate: 0.05 }).minimize(loss);
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss, prediction }, updates });
  const feed = { x: pairs, y: [[0], [1], [1], [0]] };
  for (let i = 0; i < STEPS; i++) step.run(feed);
  const result = step.run(feed);
  expect(result.loss.item()).toBeLessThan(0.01);
  expect([...result.prediction.data].map(Math.round)).toEqual([0, 1, 1, 0]);
});

test.each([1, 2, 3])("with cross-entropy the loss falls below 0.01 in 500 steps (seed %i)", async (seed) => {
  const [x, y] = [input("x", [4, 2]), input("y", [4], "i32")];
  const hidden = dense({ name: "hidden", inputs: 2, units: 8, seed });
  const output = dense({ name: "output", inputs: 8, units: 2, seed });
  const loss = crossEntropy(output.apply(tanh(hidden.apply(x))), y);
  const runtime = await createRuntime();
  const updates = adam({ learningRate: 0.05 }).minimize(loss, { clipGlobalNorm: 1 });
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss }, updates });
  const feed = { x: pairs, y: [0, 1, 1, 0] };
  for (let i = 0; i < STEPS; i++) step.run(feed);
  expect(step.run(feed).loss.item()).toBeLessThan(0.01);
});

test("without a hidden layer the best squared error stays 1/4", async () => {
  const [x, y] = [input("x", [4, 2]), input("y", [4, 1])];
  const loss = meanSquaredError(dense({ inputs: 2, units: 1, seed: 1 }).apply(x), y);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { x, y },
    outputs: { loss },
    updates: adam({ learningRate: 0.05 }).minimize(loss),
  });
  const feed = { x: pairs, y: [[0], [1], [1], [0]] };
  for (let i = 0; i < STEPS; i++) step.run(feed);
  // The minimum is 1/4 exactly; the loss can only be above it, by roundings of 6e-8 at most below.
  const final = step.run(feed).loss.item();
  expect(final).toBeGreaterThan(0.25 - 1e-6);
  expect(final).toBeLessThan(0.26);
});
