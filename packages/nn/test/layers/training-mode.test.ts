import { add, createRuntime, evaluate, randomUniform, state } from "@unfold/core";
import { expect, test } from "vitest";
import { exponentialDecay, trainingMode } from "@unfold/nn";

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

test("it counts the steps done before, for schedules", async () => {
  const mode = trainingMode(1);
  const outputs = { weight: exponentialDecay({ rate: 1, factor: 0.5 })(mode.step) };
  const step = await (await createRuntime()).compile({ outputs, updates: mode.updates() });
  expect([0, 1, 2].map(() => step.run({}).weight.item())).toEqual([1, 0.5, 0.25]);
});

test("two paths draw other numbers", () => {
  const mode = trainingMode(1);
  const at = (path: string) => evaluate(randomUniform(mode.key(path), [])).item();
  expect(at("a")).not.toBe(at("b"));
});

test("asked twice it gives two keys", () => {
  const mode = trainingMode(1);
  const draw = () => evaluate(randomUniform(mode.key("mask"), [])).item();
  expect(draw()).not.toBe(draw());
});

test("a leaf is written once in a step", () => {
  const mode = trainingMode(1);
  const mean = state("mean", 0);
  const write = () => {
    mode.addUpdate([mean, add(mean, 1)]);
  };
  write();
  expect(write).toThrow(/a leaf must have one update in each step/);
  expect(mode.updates()).toHaveLength(2);
});

test("a step drawn after another one has the same keys and writes the same leaves", () => {
  const mode = trainingMode(1);
  const mean = state("mean", 0);
  const drawStep = () => {
    mode.addUpdate([mean, add(mean, 1)]);
    const drawn = evaluate(randomUniform(mode.key("mask"), [])).item();
    return { drawn, written: mode.updates().map(([leaf]) => leaf) };
  };
  const first = drawStep();
  expect(first.written).toContain(mean);
  expect(drawStep()).toEqual(first);
});
