/** Gradient descent on a linear layer finds the least-squares solution. */
import { createRuntime, input } from "@unfold/core";
import { dense, meanSquaredError, sgd } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawReals, seeds } from "../arbitraries.js";

const ROWS = 24;
const STEPS = 1500;

/** Slope and intercept of the line with the least squared error, from the normal equations. */
function closedForm(x: readonly number[], y: readonly number[]): { slope: number; intercept: number } {
  const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - mx) * (y[i]! - my)));
  const variance = mean(x.map((value) => (value - mx) ** 2));
  const slope = covariance / variance;
  return { slope, intercept: my - slope * mx };
}

test("a linear regression converges to the closed form", async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const xs = [...drawReals([ROWS], seed, "x").data];
      const ys = xs.map((x, i) => 0.75 * x - 1.5 + 0.25 * drawReals([ROWS], seed, "noise").data[i]!);
      const [x, y] = [input("x", [ROWS, 1]), input("y", [ROWS, 1])];
      const layer = dense({ inputs: 1, units: 1, seed });
      const loss = meanSquaredError(layer.apply(x), y);
      const runtime = await createRuntime({ precision: "f64" });
      const updates = sgd({ learningRate: 0.1, momentum: 0.5 }).minimize(loss);
      const step = await runtime.compile({ inputs: { x, y }, updates });
      for (let i = 0; i < STEPS; i++) step.run({ x: Float64Array.from(xs), y: Float64Array.from(ys) });
      const { slope, intercept } = closedForm(xs, ys);
      // The error shrinks by a factor of 0.95 per step or faster: 1500 steps leave only roundings.
      expect(Math.abs(runtime.read(layer.parameters.weight).item() - slope)).toBeLessThanOrEqual(1e-12);
      expect(Math.abs(runtime.read(layer.parameters.bias!).item() - intercept)).toBeLessThanOrEqual(1e-12);
    }),
    { numRuns: 20 },
  );
});
