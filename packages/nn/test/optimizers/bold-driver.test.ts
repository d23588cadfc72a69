/** The bold driver against its rule in plain numbers, and on a loss that explodes under gradient descent. */
import { createRuntime, mul, param, sum } from "@unfold/core";
import { boldDriver, sgd } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Losses and weights of c w² from w = 1, by the rule. */
function reference(curvature: number, firstRate: number, steps: number): { losses: number[]; rates: number[] } {
  let [w, saved, rate, error] = [1, 1, firstRate, Infinity];
  const [losses, rates]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    const loss = curvature * w * w;
    losses.push(loss);
    if (loss > error) {
      rate *= 0.5;
      w = saved;
    } else {
      if (error !== Infinity) rate *= 1.05;
      saved = w;
      w -= rate * 2 * curvature * w;
      error = loss;
    }
    rates.push(rate);
  }
  return { losses, rates };
}

async function drive(curvature: number, learningRate: number, steps: number): Promise<ReturnType<typeof reference>> {
  const w = param("w", 1);
  const loss = mul(curvature, mul(w, w));
  const driver = boldDriver({ learningRate });
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ outputs: { loss }, updates: driver.minimize(loss) });
  const [losses, rates]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    losses.push(step.run({}).loss.item());
    rates.push(runtime.read(driver.learningRate).item());
  }
  return { losses, rates };
}

test("rates and losses follow the rule", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 1, 3),
      fc.double({ min: 0.01, max: 4, noNaN: true }),
      async (curvature, learningRate) => {
        const [found, expected] = [await drive(curvature, learningRate, 30), reference(curvature, learningRate, 30)];
        for (let i = 0; i < 30; i++) {
          expect(found.rates[i]).toBeCloseTo(expected.rates[i]!, 6);
          expect(found.losses[i]).toBeCloseTo(expected.losses[i]!, 6);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("where gradient descent explodes, the error it settles at falls", async () => {
  const { losses } = await drive(1, 8, 60);
  expect(losses[1]).toBeGreaterThan(losses[0]!);
  expect(losses.at(-1)).toBeLessThan(1e-6);
});

test("an error that is not a number counts as a rise: the weights come back", async () => {
  const w = param("w", [1e15, 1]);
  const runtime = await createRuntime();
  // The first step overflows f32: the loss is ∞ - ∞.
  const loss = sum(mul(mul(w, w), mul(w, w)));
  const driver = boldDriver({ learningRate: 1 });
  const step = await runtime.compile({ outputs: { loss }, updates: driver.minimize(sum(mul(w, w))) });
  step.run({});
  expect(Number.isFinite(runtime.read(w).data[0])).toBe(true);
});

test("the state of the optimizer inside comes back as well", async () => {
  const w = param("w", 1);
  const velocityOf = boldDriver({
    learningRate: 10,
    optimizer: (learningRate) => sgd({ name: "inner", learningRate, momentum: 0.5 }),
  });
  const runtime = await createRuntime({ precision: "f64" });
  const updates = velocityOf.minimize(mul(w, w));
  const velocity = updates.map(([leaf]) => leaf).find(({ label }) => label === "inner/velocity/w")!;
  const step = await runtime.compile({ updates });
  const before = [runtime.read(velocity).item(), runtime.read(w).item()];
  step.run({});
  expect(runtime.read(velocity).item()).toBe(2);
  step.run({});
  expect([runtime.read(velocity).item(), runtime.read(w).item()]).toEqual(before);
});

test("settings out of range are refused", () => {
  expectProblem(() => boldDriver({ learningRate: 1, decrease: 1 }), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: "boldDriver(options): decrease must be in (0, 1), got 1.",
  });
  expect(() => boldDriver({ learningRate: 1, increase: 0.9 })).toThrow("increase must be a finite number ≥ 1");
});
