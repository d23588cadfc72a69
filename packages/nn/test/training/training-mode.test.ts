import { add, createRuntime, evaluate, randomUniform, state } from "@unfold/core";
import { expect, test } from "vitest";
import { trainingMode } from "@unfold/nn";

async function drawThreeTimes(seed: number): Promise<number[]> {
  const mode = trainingMode(seed);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    outputs: { value: randomUniform(mode.key("mask"), []) },
    updates: mode.updates(),
  });
  return [0, 1, 2].map(() => step.run({}).value.item());
}

test("every run draws other numbers, and the same ones from the same seed", async () => {
  const drawn = await drawThreeTimes(1);
  expect(new Set(drawn).size).toBe(3);
  expect(await drawThreeTimes(1)).toEqual(drawn);
  expect(await drawThreeTimes(2)).not.toEqual(drawn);
});

test("two paths draw other numbers", () => {
  const mode = trainingMode(1);
  const at = (path: string) => evaluate(randomUniform(mode.key(path), [])).item();
  expect(at("a")).not.toBe(at("b"));
});

test("a leaf is written once in a step", () => {
  const mode = trainingMode(1);
  const mean = state("mean", 0);
  mode.addUpdate([mean, add(mean, 1)]);
  expect(mode.updates()).toHaveLength(2);
  expect(() => {
    mode.addUpdate([mean, add(mean, 1)]);
  }).toThrow(/a leaf must have one update in each step/);
});
