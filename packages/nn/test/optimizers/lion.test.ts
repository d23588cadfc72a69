/** Lion against algorithm 2 of the paper in plain numbers. */
import { lion } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { descents, distance, trajectory, type Descent, type Trajectory } from "./training.js";

interface Settings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly decoupledWeightDecay: number;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  learningRate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  beta1: fc.constantFrom(0, 0.5, 0.9),
  beta2: fc.constantFrom(0, 0.5, 0.99),
  decoupledWeightDecay: fc.constantFrom(0, 0.1),
});

/** Chen et al. 2023, algorithm 2. */
function reference({ start, gradients }: Descent, settings: Settings): Trajectory {
  const { learningRate, beta1, beta2, decoupledWeightDecay } = settings;
  const [m, w] = [start.map(() => 0), [...start]];
  return gradients.map((gradient) => {
    gradient.forEach((g, i) => {
      const direction = Math.sign(beta1 * m[i]! + (1 - beta1) * g);
      w[i]! -= learningRate * (direction + decoupledWeightDecay * w[i]!);
      m[i] = beta2 * m[i]! + (1 - beta2) * g;
    });
    return [...w];
  });
}

test("twelve steps follow algorithm 2", async () => {
  await fc.assert(
    fc.asyncProperty(descents, settings, async (descent, options) => {
      expect(distance(await trajectory(lion(options), descent), reference(descent, options))).toBeLessThanOrEqual(
        1e-12,
      );
    }),
  );
});

test("the defaults are those of the paper: η = 0.0001, β1 = 0.9, β2 = 0.99", async () => {
  const descent = {
    start: [1, 2, 3],
    gradients: [
      [1, -1, 0.5],
      [0.1, 0.2, -3],
      [-1, 2, 1],
    ],
  };
  const published = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, decoupledWeightDecay: 0 };
  expect(distance(await trajectory(lion(), descent), reference(descent, published))).toBeLessThanOrEqual(1e-12);
});
