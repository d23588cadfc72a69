/** The training loop: epochs, validation, early stopping, interruption, and resumption to the last bit. */
import { createRuntime, mean, ndArray, param, square, sub, mul, type FloatNode, type IntNode } from "@unfold/core";
import {
  accumulateGradients,
  accuracy,
  adam,
  averageOf,
  confusionMatrix,
  createTrainer,
  crossEntropy,
  Dataset,
  dense,
  exponentialDecay,
  fit,
  sgd,
  trainingMode,
  type Batch,
  type FitOptions,
  type Trainer,
  type TrainingCallbacks,
  type TrainingCheckpoint,
} from "@unfold/nn";
import { randomBernoulli, select } from "@unfold/core";
import fc from "fast-check";
import { getEventListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";

type Inputs = { readonly x: FloatNode; readonly label: IntNode };

/** Points in the plane, labelled by the quadrant's diagonal; what a dense layer cannot learn and two can. */
const examples = Array.from({ length: 48 }, (_, i) => {
  const [a, b] = [Math.sin(3 * i), Math.cos(5 * i + 1)];
  return { x: [a, b], label: a * b > 0 ? 1 : 0 };
});
const data = Dataset.from(examples)
  .shuffle({ seed: 3 })
  .batch(10, { dtypes: { label: "i32" } });
const validation = Dataset.from(examples.slice(0, 20)).batch(7, { dtypes: { label: "i32" } });

async function network(): Promise<
  Trainer<"x" | "label", { accuracy: ReturnType<typeof accuracy>; loss: ReturnType<typeof accuracy> }>
> {
  const [first, second] = [
    dense({ name: "first", inputs: 2, units: 8, seed: 1 }),
    dense({ name: "second", inputs: 8, units: 2, seed: 2 }),
  ];
  const mode = trainingMode(5);
  return createTrainer(await createRuntime({ backend: "wasm-simd" }), {
    build: ({ x, label }: Inputs) => {
      const hidden = square(first.apply(x));
      const mask = randomBernoulli(mode.key("mask"), 0.9, hidden.shape);
      const logits = second.apply(hidden);
      return {
        loss: crossEntropy(second.apply(select(mask, hidden, 0)), label),
        updates: mode.updates(),
        metrics: {
          accuracy: accuracy(logits, label),
          loss: averageOf(crossEntropy(logits, label, { reduction: "none" })),
        },
      };
    },
    optimizer: adam({ learningRate: 0.03 }),
  });
}

const weightsOf = (trainer: Trainer): number[][] =>
  trainer.leaves().map((leaf) => [...trainer.runtime.read(leaf).data]);

test("a network learns; every epoch is recorded, and a last batch that is smaller takes part", async () => {
  const trainer = await network();
  const { history, stopped } = await fit(trainer, { data, epochs: 60, validation });
  expect(stopped).toBe("at the end");
  expect(history.map(({ epoch, step }) => [epoch, step])).toEqual(history.map((_, i) => [i, 5 * (i + 1)]));
  expect(history.at(-1)!.loss).toBeLessThan(0.5 * history[0]!.loss);
  expect(history.at(-1)!.validation["accuracy"]).toBeGreaterThan(0.9);
});

test("the mean loss of an epoch is that of its steps, and callbacks hear everything", async () => {
  const heard: number[] = [];
  const epochs: number[] = [];
  const { history } = await fit(await network(), {
    data,
    epochs: 2,
    callbacks: [
      { onStep: ({ loss }) => void heard.push(loss) },
      { onEpoch: async ({ epoch }) => Promise.resolve(void epochs.push(epoch)) },
    ],
  });
  expect(epochs).toEqual([0, 1]);
  expect(history.map(({ loss }) => loss)).toEqual(
    [heard.slice(0, 5), heard.slice(5)].map((losses) => losses.reduce((sum, loss) => sum + loss, 0) / 5),
  );
});

describe("a run that is interrupted and resumed ends with the bits of one in a piece", () => {
  const options = { data, epochs: 4, validation, earlyStopping: { metric: "loss", patience: 9 } } as const;

  test("at any step, once or more often", async () => {
    const whole = await network();
    const expected = await fit(whole, options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }), async (pieces) => {
        let saved: TrainingCheckpoint | undefined;
        const save = async (_: number, checkpoint: TrainingCheckpoint): Promise<void> => {
          // What is stored is a copy.
          saved = {
            tensors: new Map([...checkpoint.tensors].map(([name, value]) => [name, value.copy()])),
            progress: structuredClone(checkpoint.progress),
          };
          return Promise.resolve();
        };
        let trainer = await network();
        for (const steps of pieces) {
          const signal = { aborted: false };
          let taken = 0;
          const callbacks: FitOptions<"x" | "label">["callbacks"] = [
            { onStep: () => void (signal.aborted = ++taken === steps) },
          ];
          await fit(trainer, { ...options, callbacks, signal, checkpoint: { save, every: 100 }, resume: saved });
          trainer = await network();
        }
        const result = await fit(trainer, { ...options, resume: saved });
        expect(result).toEqual(expected);
        expect(weightsOf(trainer)).toEqual(weightsOf(whole));
      }),
      { numRuns: 12 },
    );
  });

  test("a finished run that is resumed with more epochs goes on", async () => {
    let saved: TrainingCheckpoint | undefined;
    const save = async (_: number, checkpoint: TrainingCheckpoint): Promise<void> => {
      saved = checkpoint;
      return Promise.resolve();
    };
    await fit(await network(), { data, epochs: 1, checkpoint: { save, every: 100 } });
    const { history } = await fit(await network(), { data, epochs: 3, resume: saved });
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
  });
});

describe("early stopping", () => {
  /** A trainer whose metric takes given values, epoch by epoch, and whose weight counts steps. */
  async function scripted(
    values: readonly number[],
  ): Promise<{ trainer: Trainer<"x", { score: ReturnType<typeof averageOf> }>; validation: Dataset<Batch<"x">> }> {
    const w = param("w", 0);
    const trainer = createTrainer(await createRuntime(), {
      build: ({ x }: { readonly x: FloatNode }) => ({
        loss: mul(w, mean(mul(x, 0))),
        metrics: { score: averageOf(x) },
      }),
      optimizer: { minimize: () => [[w, sub(w, -1)]] },
    });
    let epoch = 0;
    return { trainer, validation: Dataset.from(() => [{ x: ndArray([values[epoch++]!]) }]) };
  }
  const steps = Dataset.from([{ x: ndArray([0]) }]);

  test.each([
    ["fall", [3, 2, 2.5, 1, 1, 4, 0], 2, 3, 5],
    ["rise", [1, 2, 2, 2, 2], 3, 1, 4],
  ] as const)(
    "ends when the metric does not %s, and the best weights come back",
    async (goal, values, patience, best, last) => {
      const { trainer, validation: scores } = await scripted(values);
      const result = await fit(trainer, {
        data: steps,
        epochs: 100,
        validation: scores,
        earlyStopping: { metric: "score", patience, goal },
        keepBest: true,
      });
      expect([result.stopped, result.best, result.history.at(-1)!.epoch]).toEqual(["early", best, last]);
      expect(trainer.runtime.read(trainer.leaves()[0]!).item()).toBe(best + 1);
    },
  );

  test("a metric of NaN is never the best", async () => {
    const { trainer, validation: scores } = await scripted([NaN, 5, NaN, NaN, NaN]);
    const result = await fit(trainer, {
      data: steps,
      epochs: 9,
      validation: scores,
      earlyStopping: { metric: "score", patience: 3 },
    });
    expect([result.best, result.history.length]).toEqual([1, 5]);
  });

  test("refuses a metric that is none of the validation data's, and patience of 0", async () => {
    const { trainer, validation: scores } = await scripted([1]);
    const early = (metric: string, patience: number) =>
      fit(trainer, { data: steps, epochs: 1, validation: scores, earlyStopping: { metric, patience } });
    await expect(early("accuracy", 1)).rejects.toThrow(
      'the metric must be one of the validation data\'s, got "accuracy". There are score.',
    );
    await expect(early("score", 0)).rejects.toThrow("earlyStopping.patience must be a whole number ≥ 1, got 0");
    const earlyStopping = { metric: "score", patience: 1 };
    await expect(fit(trainer, { data: steps, epochs: 1, earlyStopping })).rejects.toThrow(
      "There are none: give `validation`",
    );
    await expect(fit(trainer, { data: steps, epochs: 1, keepBest: true })).rejects.toThrow(
      "earlyStopping must say which epoch is best",
    );
  });
});

describe("callbacks", () => {
  const told = (names: string[]): TrainingCallbacks => ({
    onStart: ({ epoch, step, epochs }) => void names.push(`start ${epoch} ${step} ${epochs}`),
    onEpoch: ({ epoch }) => void names.push(`epoch ${epoch}`),
    onEnd: async () => Promise.resolve(void names.push("end")),
  });

  test("hear where a run begins, where it goes on, and its end", async () => {
    const names: string[] = [];
    let saved: TrainingCheckpoint | undefined;
    const save = async (_: number, checkpoint: TrainingCheckpoint): Promise<void> =>
      Promise.resolve(void (saved = checkpoint));
    await fit(await network(), { data, epochs: 1, callbacks: [told(names)], checkpoint: { save, every: 100 } });
    await fit(await network(), { data, epochs: 2, callbacks: [told(names)], resume: saved });
    expect(names).toEqual(["start 0 0 1", "epoch 0", "end", "start 1 5 2", "epoch 1", "end"]);
  });

  test("hear the end of a run that fails, all of them, and its error stays", async () => {
    const names: string[] = [];
    const failing: TrainingCallbacks = {
      onStep: ({ step }) => {
        if (step === 2) throw new Error("mine");
        return undefined;
      },
      onEnd: () => Promise.reject(new Error("not this one")),
    };
    const run = fit(await network(), { data, epochs: 1, callbacks: [failing, told(names)] });
    await expect(run).rejects.toThrow("mine");
    expect(names).toEqual(["start 0 0 1", "end"]);
  });

  test("hear the learning rate of each step, and what else is monitored", async () => {
    const w = param("w", 1);
    const trainer = createTrainer(await createRuntime(), {
      build: ({ x }: { readonly x: FloatNode }) => ({ loss: mul(w, mean(x)), monitored: { w, learningRate2: w } }),
      optimizer: accumulateGradients(sgd({ learningRate: exponentialDecay({ rate: 1, factor: 0.5 }) }), 2),
    });
    const heard: Readonly<Record<string, number>>[] = [];
    const { history } = await fit(trainer, {
      data: Dataset.from(Array.from({ length: 5 }, () => ({ x: ndArray([1]) }))),
      epochs: 1,
      callbacks: [{ onStep: ({ monitored }) => void heard.push(monitored) }],
    });
    expect(heard.map(({ learningRate, w: weight }) => [learningRate, weight])).toEqual([
      [1, 1],
      [1, 1],
      [0.5, 0],
      [0.5, 0],
      [0.25, -0.5],
    ]);
    expect(history[0]!.monitored).toEqual(heard.at(-1));
  });
});

test("what is monitored must be numbers", async () => {
  const w = param("w", [1, 2]);
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x }: { readonly x: FloatNode }) => ({ loss: mean(mul(w, x)), monitored: { w } }),
    optimizer: sgd({ learningRate: 1 }),
  });
  await expect(trainer.step({ x: ndArray([1, 1]) })).rejects.toThrow(
    '"w" among what is monitored must be a single number, got f32[2] ("w")',
  );
});

test("a confusion matrix is measured beside numbers, and records hold the numbers", async () => {
  const layer = dense({ inputs: 2, units: 2, seed: 1 });
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x, label }: Inputs) => {
      const logits = layer.apply(x);
      const metrics = { accuracy: accuracy(logits, label), confusion: confusionMatrix(logits, label) };
      return { loss: crossEntropy(logits, label), metrics };
    },
    optimizer: sgd({ learningRate: 0.1 }),
  });
  const { history } = await fit(trainer, { data, validation, epochs: 1 });
  const measured = await trainer.evaluate(validation);
  expect(history[0]!.validation).toEqual({ accuracy: measured.accuracy });
  const [[a, b], [c, d]] = measured.confusion as [[number, number], [number, number]];
  expect([a + b + c + d, (a + d) / 20]).toEqual([20, measured.accuracy]);
});

describe("a signal", () => {
  test("that has been given before takes no step and saves nothing", async () => {
    const trainer = await network();
    const save = (): Promise<void> => Promise.reject(new Error("nothing to save"));
    const options = { data, epochs: 1, signal: { aborted: true }, checkpoint: { save, every: 1 } };
    expect(await fit(trainer, options)).toEqual({ history: [], stopped: "by the signal", best: undefined });
  });

  test("between validation and the next epoch takes no further step", async () => {
    const signal = { aborted: false };
    const callbacks = [{ onEpoch: () => void (signal.aborted = true) }];
    const { history, stopped } = await fit(await network(), { data, epochs: 3, callbacks, signal });
    expect([history.length, stopped]).toEqual([1, "by the signal"]);
  });
});

describe("a signal while data never comes", () => {
  /** One batch, and then none, nor an end; or an error, long after. */
  const silent = (count: number, last: () => Promise<never>) =>
    new Dataset(async function* () {
      yield* data.take(count);
      await last();
    });
  const never = (): Promise<never> => new Promise<never>(() => undefined);
  const late = async (): Promise<never> => {
    await setTimeout(60);
    throw new Error("too late to be heard");
  };

  test.each([
    ["data", 1, never],
    ["data", 0, late],
    ["validation", 1, never],
    ["validation", 0, late],
  ] as const)("ends training: %s after %d batches", async (name, count, last) => {
    const controller = new AbortController();
    const { signal } = controller;
    const training = fit(await network(), { data, epochs: 2, [name]: silent(count, last), signal });
    await setTimeout(30);
    controller.abort();
    expect(await training).toEqual({ history: [], stopped: "by the signal", best: undefined });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    // An error that nobody hears would fail the test file.
    if (last === late) await setTimeout(60);
  });
});

test("a callback can stop training", async () => {
  const { stopped, history } = await fit(await network(), {
    data,
    epochs: 9,
    callbacks: [{ onEpoch: ({ epoch }) => (epoch === 1 ? "stop" : undefined) }],
  });
  expect([stopped, history.length]).toEqual(["by a callback", 2]);
});

test("an epoch without batches and epochs of 0 are refused", async () => {
  await expect(fit(await network(), { data: data.take(0), epochs: 1 })).rejects.toThrow(
    "every epoch must have at least one batch, got none in epoch 0",
  );
  await expect(fit(await network(), { data, epochs: 0 })).rejects.toThrow("epochs must be a whole number ≥ 1, got 0");
  await expect((await network()).evaluate([])).rejects.toThrow("there must be at least one batch, got none");
});
