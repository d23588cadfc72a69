/** A run is left and taken up again amid validation too, and only with settings, checkpoints and data that are its own. */
import { createRuntime, mean, square, sub, type FloatNode } from "@unfold/core";
import { averageOf, createTrainer, Dataset, dense, fit, sgd, type TrainingCheckpoint } from "@unfold/nn";
import { describe, expect, test } from "vitest";

const data = Dataset.from([0, 1, 2, 3, 4].map((i) => ({ x: [i / 5], y: [2 * i] }))).batch(1);

async function network() {
  const layer = dense({ inputs: 1, units: 1, seed: 1 });
  return createTrainer(await createRuntime(), {
    build: ({ x, y }: { readonly x: FloatNode; readonly y: FloatNode }) => {
      const error = square(sub(layer.apply(x), y));
      return { loss: mean(error), metrics: { error: averageOf(error) } };
    },
    optimizer: sgd({ learningRate: 0.1 }),
  });
}

/** Keeps the checkpoint of one step, or the last one. */
function keeper(wanted?: number) {
  let kept: TrainingCheckpoint | undefined;
  const save = async (step: number, checkpoint: TrainingCheckpoint): Promise<void> => {
    if (wanted === undefined || step === wanted) kept = checkpoint;
    return Promise.resolve();
  };
  return { save, kept: () => kept };
}

test("a signal among the batches of validation ends it, and the epoch is measured when the run goes on", async () => {
  const signal = { aborted: false };
  let measured = 0;
  const validation = data.map((batch) => {
    signal.aborted = ++measured === 1;
    return batch;
  });
  const { save, kept } = keeper();
  const options = { data, epochs: 1, validation };
  const { stopped, history } = await fit(await network(), { ...options, signal, checkpoint: { save, every: 100 } });
  expect([stopped, history.length, measured]).toEqual(["by the signal", 0, 1]);
  const resumed = await fit(await network(), { ...options, resume: kept() });
  expect(resumed).toEqual(await fit(await network(), options));
});

test("a goal that is none is refused, not taken for the other one", async () => {
  const earlyStopping = { metric: "error", patience: 1, goal: "min" as never };
  await expect(fit(await network(), { data, validation: data, epochs: 1, earlyStopping })).rejects.toThrow(
    'earlyStopping.goal must be "fall" or "rise", got "min"',
  );
});

describe("refused is", () => {
  const tensors = new Map<string, never>();
  test.each([
    ["nothing", {}, "resume must be what fit gave to checkpoint.save"],
    ["progress of another loop", { tensors, progress: { epoch: 3 } }, "got an object with keys of epoch"],
    ["no progress", { tensors, progress: null }, "resume must be what fit gave to checkpoint.save, got null"],
  ])("%s", async (_, resume, message) => {
    await expect(fit(await network(), { data, epochs: 1, resume: resume as never })).rejects.toThrow(message);
  });

  test("data with fewer batches than the run had done", async () => {
    const { save, kept } = keeper(4);
    await fit(await network(), { data, epochs: 1, checkpoint: { save, every: 4 } });
    await expect(fit(await network(), { data: data.take(2), epochs: 1, resume: kept() })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringContaining("got 2 batches in epoch 0, of which it had done 4") as unknown,
    });
  });
});
