/** Steps whose loss, gradients or weights are no finite numbers. */
import { abs, add, createRuntime, mean, mul, ndArray, param, sqrt, square, sum, type FloatNode } from "@unfold/core";
import { adam, createTrainer, Dataset, dense, fit, sgd, type FitOptions } from "@unfold/nn";
import { describe, expect, test } from "vitest";

describe("a step that is not finite", () => {
  test("updates nothing and names the node where it began", async () => {
    const w = param("w", [1, 2]);
    const trainer = createTrainer(await createRuntime(), {
      build: ({ x }: { readonly x: FloatNode }) => ({ loss: mean(square(square(square(mul(w, x))))) }),
      optimizer: sgd({ learningRate: 1 }),
    });
    const batch = { x: ndArray([1, 1e30]) };
    await expect(trainer.step(batch)).rejects.toMatchObject({ name: "RuntimeError", code: "LOSS_NOT_FINITE" });
    await expect(trainer.step(batch)).rejects.toThrow(
      /must be finite numbers, got a loss of Infinity: .*square.*finite-step\.test\.ts/s,
    );
    expect([...trainer.runtime.read(w).data]).toEqual([1, 2]);
  });

  test("a gradient that is not finite, of a loss that is, is caught before it reaches the weights", async () => {
    const w = param("w", [4, 0]);
    const trainer = createTrainer(await createRuntime(), {
      build: ({ x }: { readonly x: FloatNode }) => ({ loss: mean(mul(x, sqrt(w))) }),
      optimizer: adam({ learningRate: 0.1 }),
    });
    await expect(trainer.step({ x: ndArray([1, 1]) })).rejects.toThrow(
      /got a loss of 1, parameters that are not: .*finite-step\.test\.ts/s,
    );
    const values = trainer.leaves().map((leaf) => [leaf.label, [...trainer.runtime.read(leaf).data]] as const);
    expect(Object.fromEntries(values)).toEqual({
      w: [4, 0],
      "adam/step": [0],
      "adam/m/w": [0, 0],
      "adam/v/w": [0, 0],
    });
  });

  test("a gradient of large weights without a bias that is not finite stops the step", async () => {
    const w = param("w", ndArray(new Float32Array(5000)));
    // The root's slope at 0 is infinite, and that of the absolute value 0.
    const build = ({ x }: { readonly x: FloatNode }) => ({ loss: add(mean(x), mean(sqrt(abs(w)))) });
    const trainer = createTrainer(await createRuntime(), { build, optimizer: adam({ learningRate: 0.1 }) });
    await expect(fit(trainer, { data: Dataset.from([{ x: [1] }]).batch(1), epochs: 1 })).rejects.toThrow(
      /parameters that are not: .* built at .*finite-step.test.ts:.* must be finite/,
    );
    expect(trainer.runtime.read(w).data.every((element) => element === 0)).toBe(true);
  });

  test("large weights without a bias that overflow are neither saved nor returned", async () => {
    const w = param("w", ndArray(new Float32Array(5000)));
    const build = ({ x }: { readonly x: FloatNode }) => ({ loss: add(mean(x), mul(2, sum(w))) });
    const train = async (options: Partial<FitOptions<"x">>) => {
      const trainer = createTrainer(await createRuntime(), { build, optimizer: sgd({ learningRate: 2e38 }) });
      return fit(trainer, { data: Dataset.from([{ x: [1] }]).batch(1), epochs: 1, ...options });
    };
    const saved: number[] = [];
    const save = (step: number) => Promise.resolve(saved.push(step));
    for (const options of [{}, { checkpoint: { save, every: 1 } }])
      await expect(train(options)).rejects.toThrow(
        /after step 1: what is learned must be finite numbers, got -Infinity at element 0 of "w"/,
      );
    expect(saved).toEqual([]);
  });

  test("NaN in a batch that was made by hand is named by its input and place", async () => {
    const layer = dense({ inputs: 2, units: 1, seed: 1 });
    const trainer = createTrainer(await createRuntime(), {
      build: ({ x }: { readonly x: FloatNode }) => ({ loss: mean(layer.apply(x)) }),
      optimizer: sgd({ learningRate: 0.1 }),
    });
    const x = ndArray([
      [1, 2],
      [3, NaN],
    ]);
    await expect(trainer.step({ x })).rejects.toThrow(/input .*"x".* must be finite, got NaN at \[1, 1\]/);
  });
});
