/** Adagrad against its equations in plain numbers. */
import { createRuntime, initialValue, input, mul, param, sum } from "@unfold/core";
import { adagrad, type AdagradOptions } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { descents, trajectory, type Descent, type Trajectory } from "./training.js";

/** The same operations in double precision, in the same order but for one factor, over twelve steps. */
const RTOL = 1e-13;

const settings = fc.record({
  learningRate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  epsilon: fc.constantFrom(1e-10, 1e-3, 1),
  initialAccumulator: fc.constantFrom(0, 0.125, 2),
});

/** s ← s + g²; w ← w - η g / (√s + ε). */
function reference(
  { start, gradients }: Descent,
  {
    learningRate,
    epsilon,
    initialAccumulator,
  }: Required<Pick<AdagradOptions, "epsilon" | "initialAccumulator">> & { readonly learningRate: number },
): number[][] {
  const sums = start.map(() => initialAccumulator);
  const values = [...start];
  return gradients.map((gradient) => {
    gradient.forEach((g, i) => {
      sums[i]! += g * g;
      values[i]! -= (learningRate * g) / (Math.sqrt(sums[i]!) + epsilon);
    });
    return [...values];
  });
}

function expectNear(actual: Trajectory, expected: Trajectory): void {
  actual.flat().forEach((value, i) => {
    const other = expected.flat()[i]!;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(RTOL * Math.max(1, Math.abs(other)));
  });
}

test("twelve steps follow its equations", async () => {
  await fc.assert(
    fc.asyncProperty(descents, settings, async (descent, options) => {
      expectNear(await trajectory(adagrad(options), descent), reference(descent, options));
    }),
  );
});

test("the defaults are PyTorch's: η = 0.01, ε = 1e-10, sums from 0", async () => {
  const published = { learningRate: 0.01, epsilon: 1e-10, initialAccumulator: 0 };
  await fc.assert(
    fc.asyncProperty(descents, async (descent) => {
      expect(await trajectory(adagrad(), descent)).toEqual(await trajectory(adagrad(published), descent));
    }),
  );
});

test("a constant gradient gives steps of η / √t, whatever its size", async () => {
  const gradients = Array.from({ length: 100 }, () => [1e-3, 1, -1e3]);
  const found = await trajectory(adagrad({ learningRate: 0.5 }), { start: [0, 0, 0], gradients });
  const distance = gradients.reduce((total, _, t) => total + 0.5 / Math.sqrt(t + 1), 0);
  found.at(-1)!.forEach((value, i) => {
    // ε = 1e-10 against a first root of 1e-3 is 1e-7.
    expect(Math.abs(value - [-1, -1, 1][i]! * distance)).toBeLessThanOrEqual(1e-7 * distance);
  });
});

test("zero gradients from the start move nothing", async () => {
  const gradients = Array.from({ length: 3 }, () => [0, 0, 0]);
  const found = await trajectory(adagrad(), { start: [1, -2, 3], gradients });
  expect(found.at(-1)).toEqual([1, -2, 3]);
});

test("the learning rate may be an input and change from run to run", async () => {
  const [w, g, rate] = [param("w", [0]), input("g", [1]), input("rate", [])];
  const runtime = await createRuntime({ precision: "f64" });
  const updates = adagrad({ learningRate: rate, epsilon: 1e-300 }).apply([w], [g]);
  const step = await runtime.compile({ inputs: { g, rate }, updates });
  step.run({ g: [3], rate: 0.5 });
  expect(runtime.read(w).item()).toBe(-0.5);
  step.run({ g: [4], rate: 2 });
  expect(runtime.read(w).item()).toBe(-0.5 - 2 * (4 / 5));
});

test("its state is one sum of squares for each parameter", () => {
  const [w, b] = [param("w", [1, 2]), param("b", 0)];
  const updates = adagrad({ initialAccumulator: 0.5 }).minimize(sum(mul(w, b)));
  expect(updates.map(([target]) => target.toString())).toEqual([
    'f32[2] ("adagrad/sum/w")',
    'f32[2] ("w")',
    'f32[] ("adagrad/sum/b")',
    'f32[] ("b")',
  ]);
  expect([...initialValue(updates[0]![0]).data]).toEqual([0.5, 0.5]);
});

test("executables made with one optimizer share its sums", async () => {
  const gradients = [
    [1, 2, 3],
    [-1, 0.5, 2],
    [0.25, 1, -4],
    [3, -1, 1],
  ];
  const alone = await trajectory(adagrad({ learningRate: 0.1 }), { start: [0, 0, 0], gradients });
  const [w, g] = [param("w", [0, 0, 0]), input("g", [3])];
  const optimizer = adagrad({ learningRate: 0.1 });
  const runtime = await createRuntime({ precision: "f64" });
  const compile = () => runtime.compile({ inputs: { g }, updates: optimizer.apply([w], [g]) });
  const steps = [await compile(), await compile()];
  gradients.forEach((gradient, i) => {
    steps[i % 2]!.run({ g: gradient });
  });
  expect([...runtime.read(w).data]).toEqual(alone.at(-1));
});

describe("settings out of range are refused", () => {
  const refused: readonly (readonly [AdagradOptions, string])[] = [
    [{ learningRate: 0 }, "learningRate must be a finite number > 0, got 0."],
    [{ learningRate: NaN }, "learningRate must be a finite number > 0, got NaN."],
    [{ learningRate: Infinity }, "learningRate must be a finite number > 0, got Infinity."],
    [{ epsilon: 0 }, "epsilon must be a finite number > 0, got 0."],
    [{ epsilon: Infinity }, "epsilon must be a finite number > 0, got Infinity."],
    [{ initialAccumulator: -1 }, "initialAccumulator must be a finite number ≥ 0, got -1."],
    [{ initialAccumulator: Infinity }, "initialAccumulator must be a finite number ≥ 0, got Infinity."],
  ];
  test.each(refused)("%o", (options, message) => {
    expect(() => adagrad(options)).toThrow(
      expect.objectContaining({
        name: "ValueError",
        code: "SETTING_RANGE",
        message: `adagrad(options): ${message}`,
      }),
    );
  });
});
