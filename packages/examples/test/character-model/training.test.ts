/** The training loop, with a trainer that only counts. */
import { createRuntime, type Node } from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { characterNetwork } from "../../src/character-model/network.js";
import { createTrainer } from "../../src/character-model/trainer.js";
import { train, type History, type TrainingPlan } from "../../src/character-model/training.js";

const begin = (): History => ({ step: 0, losses: [], heldOut: [] });

function plan(log: string[], changes: Partial<TrainingPlan>): TrainingPlan {
  return {
    trainer: { update: ({ characters }) => characters[0]! / 2, leaves: [] },
    minibatchOf: (step) => ({ characters: Int32Array.of(step), next: new Int32Array(1) }),
    evaluator: { bitsPerCharacter: (text) => text.length },
    heldOut: new Int32Array(7),
    steps: 250,
    save: () => Promise.resolve(void log.push("save")),
    isInterrupted: () => false,
    onUpdate: (step, bits) => void log.push(`${step}: ${bits}`),
    ...changes,
  };
}

describe("train", () => {
  test("updates once per minibatch, looks at held-out text and saves every 100 steps, and saves at the end", async () => {
    const log: string[] = [];
    const history = begin();
    await train(plan(log, {}), history);
    expect(history.step).toBe(250);
    expect(history.losses).toEqual(Array.from({ length: 250 }, (_, i) => i / 2));
    expect(history.heldOut).toEqual([
      { step: 100, bits: 7 },
      { step: 200, bits: 7 },
    ]);
    expect(log.filter((entry) => entry !== "save")).toEqual(history.losses.map((bits, i) => `${i + 1}: ${bits}`));
    expect(log.flatMap((entry, i) => (entry === "save" ? [log[i - 1]] : []))).toEqual([
      "100: 49.5",
      "200: 99.5",
      "250: 124.5",
    ]);
  });

  test("in pieces ends as in one, wherever it is cut", async () => {
    const whole = begin();
    await train(plan([], {}), whole);
    for (const cut of [1, 99, 100, 101, 249]) {
      const history = begin();
      await train(plan([], { steps: cut }), history);
      expect(history.step).toBe(cut);
      await train(plan([], {}), history);
      expect(history).toEqual(whole);
    }
  });

  test("stops after the update during which it is interrupted, and saves", async () => {
    const log: string[] = [];
    const history = begin();
    await train(plan(log, { isInterrupted: () => history.step === 3 }), history);
    expect(log).toEqual(["1: 0", "2: 0.5", "3: 1", "save"]);
  });

  test("saves at the end of a hundred once", async () => {
    const log: string[] = [];
    await train(plan(log, { steps: 100 }), begin());
    expect(log.slice(-2)).toEqual(["100: 49.5", "save"]);
    expect(log.filter((entry) => entry === "save")).toHaveLength(1);
  });

  test("hears signals between two updates", async () => {
    let isRequested = false;
    const history = begin();
    setImmediate(() => {
      isRequested = true;
    });
    await train(plan([], { isInterrupted: () => isRequested }), history);
    expect(history.step).toBeLessThan(5);
  });

  test("saves nothing after an update that fails", async () => {
    const log: string[] = [];
    const update = (): number => {
      throw new Error("not finite");
    };
    await expect(train(plan(log, { trainer: { update, leaves: [] } }), begin())).rejects.toThrow("not finite");
    expect(log).toEqual([]);
  });
});

describe("a trainer", () => {
  const settings = { seed: 1, units: 4, length: 5, batch: 2, learningRate: 0.05 };
  const minibatch = { characters: new Int32Array(10), next: new Int32Array(10).fill(2) };

  test("brings the loss down, from that of a network that knows nothing", async () => {
    const runtime = await createRuntime();
    const trainer = await createTrainer(runtime, characterNetwork({ characters: 3, units: 4, seed: 1 }), settings);
    const losses = Array.from({ length: 40 }, () => trainer.update(minibatch));
    expect(losses[39]).toBeLessThan(0.2);
    expect(losses[0]).toBeGreaterThan(0.5);
    expect(losses[0]).toBeLessThan(4);
  });

  test("owns the parameters, three values of Adam and the number of updates, by path in a fixed order", async () => {
    const runtime = await createRuntime();
    const trainer = await createTrainer(runtime, characterNetwork({ characters: 3, units: 4, seed: 1 }), settings);
    const parameters = [
      "elman/bias",
      "elman/inputWeight",
      "elman/recurrentWeight",
      "embedding/table",
      "readout/bias",
      "readout/weight",
    ];
    expect(trainer.leaves.map(({ label }) => label)).toEqual([
      ...parameters.map((path) => `adam/m/${path}`),
      "adam/step",
      ...parameters.map((path) => `adam/v/${path}`),
      ...parameters,
      "trainer/updates",
    ]);
  });

  test.each([
    [0, 1],
    [500, 1 / 2],
    [1000, 1 / 3],
  ])("after %i updates has a learning rate of %f of the first", async (done, share) => {
    const runtime = await createRuntime();
    const trainer = await createTrainer(runtime, characterNetwork({ characters: 3, units: 4, seed: 1 }), settings);
    const leafOf = (path: string): Node => trainer.leaves.find(({ label }) => label === path)!;
    runtime.write(leafOf("trainer/updates"), done);
    trainer.update(minibatch);
    expect(runtime.read(leafOf("trainer/updates")).item()).toBe(done + 1);
    // The first step of Adam is as long as its learning rate; biases start at zero. Adam's 1 - 0.999, of which 32 bits
    // keep five digits, decides how exactly.
    for (const bias of runtime.read(leafOf("readout/bias")).data)
      expect(Math.abs(bias) / settings.learningRate).toBeCloseTo(share, 4);
  });

  test("stops at a loss that is no number, and says what to do", async () => {
    const runtime = await createRuntime();
    const trainer = await createTrainer(runtime, characterNetwork({ characters: 3, units: 4, seed: 1 }), settings);
    const bias = trainer.leaves.find(({ label }) => label === "readout/bias")!;
    runtime.write(bias, Float32Array.of(NaN, 0, 0));
    expect(() => trainer.update(minibatch)).toThrow(
      "training: the loss must be a finite number, got NaN. Use a --learning-rate below 0.05; the model saved last is untouched.",
    );
  });
});
