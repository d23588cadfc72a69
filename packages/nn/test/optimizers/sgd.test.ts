/** Stochastic gradient descent against its equations in plain numbers. */
import { createRuntime, evaluate, input, mul, param, sum } from "@unfold/core";
import { sgd } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { descents, distance, trajectory, type Descent, type Trajectory } from "./training.js";

/** The same operations in double precision, perhaps in another order, over twelve steps. */
const RTOL = 1e-13;

const rates = fc.double({ min: 1e-4, max: 1, noNaN: true });
const momenta = fc.double({ min: 0, max: 0.99, noNaN: true });

/** v ← μ v + g; w ← w - η v. */
function reference({ start, gradients }: Descent, rate: (step: number) => number, momentum: number): Trajectory {
  const velocity = start.map(() => 0);
  const values = [...start];
  return gradients.map((gradient, step) => {
    gradient.forEach((g, i) => {
      velocity[i] = momentum * velocity[i]! + g;
      values[i]! -= rate(step) * velocity[i];
    });
    return [...values];
  });
}

test("with and without momentum it follows its equations", async () => {
  await fc.assert(
    fc.asyncProperty(descents, rates, fc.oneof(fc.constant(0), momenta), async (descent, learningRate, momentum) => {
      const found = await trajectory(sgd({ learningRate, momentum }), descent);
      expect(
        distance(
          found,
          reference(descent, () => learningRate, momentum),
        ),
      ).toBeLessThanOrEqual(RTOL);
    }),
  );
});

test("without momentum given there is none, and no state", () => {
  const w = param("w", [1, 2]);
  const updates = sgd({ learningRate: 0.5 }).apply([w], [input("g", [2])]);
  expect(updates.map(([target]) => target)).toEqual([w]);
});

test("the learning rate may be an input and change from run to run", async () => {
  const rate = input("rate", []);
  await fc.assert(
    fc.asyncProperty(descents, momenta, async (descent, momentum) => {
      const rateAt = (step: number): number => 1 / (1 + step);
      const found = await trajectory(sgd({ learningRate: rate, momentum }), descent, {
        inputs: { rate },
        feed: (step) => ({ rate: rateAt(step) }),
      });
      expect(distance(found, reference(descent, rateAt, momentum))).toBeLessThanOrEqual(RTOL);
    }),
  );
});

test("a constant gradient with momentum approaches steps of η g / (1 - μ)", async () => {
  const gradients = Array.from({ length: 400 }, () => [1, 0, -2]);
  const found = await trajectory(sgd({ learningRate: 0.25, momentum: 0.5 }), { start: [0, 0, 0], gradients });
  const [before, after] = [found.at(-2)!, found.at(-1)!];
  // 1 / (1 - 0.5) = 2, reached to the last bit after 53 steps; positions are multiples of 2^-3 then.
  expect(after.map((value, i) => value - before[i]!)).toEqual([-0.5, 0, 1]);
});

test("one step down a bowl, by hand", () => {
  const w = param("w", [3, -1]);
  const [update] = sgd({ learningRate: 0.25 }).minimize(sum(mul(w, w)));
  expect([...evaluate(update![1]).data]).toEqual([1.5, -0.5]);
});

test("the loss returned is the one before the update", async () => {
  const w = param("w", 2);
  const loss = mul(w, w);
  const runtime = await createRuntime();
  const step = await runtime.compile({ outputs: { loss }, updates: sgd({ learningRate: 0.25 }).minimize(loss) });
  expect(step.run({}).loss.item()).toBe(4);
  expect(runtime.read(w).item()).toBe(1);
});

describe("settings out of range are refused", () => {
  test.each([0, -0.1, NaN, Infinity])("learningRate %d", (learningRate) => {
    expectProblem(() => sgd({ learningRate }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `sgd(options): learningRate must be a finite number > 0, got ${learningRate}.`,
    });
  });

  test.each([1, -0.1, NaN])("momentum %d", (momentum) => {
    expectProblem(() => sgd({ learningRate: 0.1, momentum }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `sgd(options): momentum must be in [0, 1), got ${momentum}.`,
    });
  });
});
