/** What is wrong with data, told to whoever trains: the place and the numbers, and nothing has been changed. */
import {
  createRuntime,
  createTrainer,
  crossEntropy,
  Dataset,
  dense,
  fit,
  NdArray,
  ndArray,
  padSequences,
  readLeaves,
  scheduleAt,
  sgd,
  windowsOf,
  polynomialDecay,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import { describe, expect, test } from "vitest";

async function trainer() {
  const layer = dense({ inputs: 2, units: 3, seed: 1 });
  return createTrainer(await createRuntime(), {
    build: ({ x, label }: { readonly x: FloatNode; readonly label: IntNode }) => ({
      loss: crossEntropy(layer.apply(x), label),
    }),
    optimizer: sgd({ learningRate: 0.1 }),
  });
}

const labels = (...values: readonly number[]): NdArray<"i32"> => ndArray([...values], { dtype: "i32" });
const good = { x: ndArray([[1, 2]]), label: labels(0) };
const dtypes = { label: "i32" } as const;

describe("a batch", () => {
  const noRows = { x: new NdArray({ dtype: "f32", shape: [0, 2] }, new Float32Array()), label: labels() };
  const { values: padded } = padSequences([[1, 2], [NaN]]);

  test.each([
    [
      "of 0",
      noRows,
      "trainer.step(batch): a batch must hold at least one example, and an example at least one element, got x = f32[0, 2], label = i32[0].",
    ],
    [
      "with a label beyond the classes",
      { ...good, label: labels(3) },
      "every label must be in [0, 2], got 3 at position 0.",
    ],
    ["with a label below 0", { ...good, label: labels(-1) }, "every label must be in [0, 2], got -1 at position 0."],
    [
      "with NaN in padded data",
      { x: padded, label: labels(0, 1) },
      'input f32[2, 2] ("x"): every element must be finite, got NaN at [0, 1]',
    ],
  ])("%s is refused, and weights stay what they were", async (_, batch, message) => {
    const { step, runtime, leaves } = await trainer();
    await step(good);
    const before = readLeaves(runtime, leaves());
    await expect(step(batch)).rejects.toThrow(message);
    expect(readLeaves(runtime, leaves())).toEqual(before);
  });
});

describe("a run", () => {
  const one = Dataset.from([{ x: [1, 2], label: 0 }]);

  test("whose data has NaN is told the example, counted through the epoch", async () => {
    const data = Dataset.from([0, 1, 2, NaN].map((x) => ({ x: [0, x], label: 0 })));
    await expect(fit(await trainer(), { data: data.batch(2, { dtypes }), epochs: 1 })).rejects.toThrow(
      'dataset.batch(size): "x" of example 3: every number must be finite, got NaN at element 1.',
    );
  });

  test("with fewer examples than a batch has", async () => {
    const data = one.batch(2, { dtypes, dropLast: true });
    await expect(fit(await trainer(), { data, epochs: 1 })).rejects.toThrow(
      "fit(trainer, { data }): every epoch must have at least one batch, got none in epoch 0. Give as many examples",
    );
  });

  test("resumed with another network's checkpoint is told all names and shapes that differ", async () => {
    const tensors = new Map([
      ["dense/weight", ndArray([[1]])],
      ["decoder/bias", ndArray([1])],
    ]);
    const resume = { tensors, progress: { epoch: 0, batch: 1, step: 1, lossSum: 1, history: [] } };
    await expect(fit(await trainer(), { data: one.batch(1, { dtypes }), epochs: 1, resume })).rejects.toThrow(
      'got "dense/weight" of f32[1, 1] instead of f32[2, 3]; no "dense/bias" of f32[3]; "decoder/bias" of f32[1], which is none of them.',
    );
  });
});

test("a series that is shorter than a window, in the middle of others", async () => {
  const windows = Dataset.from([[1, 2, 3], [1]]).flatMap((series) => windowsOf(series, { size: 2 }));
  await expect(windows.toArray()).rejects.toThrow(
    "windowsOf(series, options): the series must have at least size + shift = 3 steps, got f32[1].",
  );
});

test("a schedule outside its range: settings when it is made, steps when it is asked", () => {
  expect(() => polynomialDecay({ rate: 1, steps: 0 })).toThrow("steps must be a whole number ≥ 1, got 0");
  expect(() => scheduleAt(polynomialDecay({ rate: 1, steps: 10 }), -1)).toThrow(
    "step must be a whole number ≥ 0, got -1",
  );
});
