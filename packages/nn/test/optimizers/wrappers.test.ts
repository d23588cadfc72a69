/** Optimizers around optimizers: accumulation, lookahead, averages, groups. */
import { createRuntime, input, mean, mul, ndArray, param, square, sub, sum, type FloatNode } from "@unfold/core";
import {
  accumulateGradients,
  adam,
  averageOf,
  averageWeights,
  createTrainer,
  exponentialDecay,
  lookahead,
  parameterGroups,
  sgd,
  type Optimizer,
} from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { descents, distance, trajectory } from "./training.js";

/** Sums of the same terms in another order. */
const RTOL = 1e-12;

const optimizers: readonly (readonly [string, () => Optimizer])[] = [
  ["sgd with momentum", () => sgd({ learningRate: 0.1, momentum: 0.9 })],
  ["adam with a schedule", () => adam({ learningRate: exponentialDecay({ rate: 0.1, factor: 0.9 }) })],
];

describe.each(optimizers)("accumulation around %s", (_, make) => {
  /** Weights of a linear model after training on batches of samples of three features. */
  async function fit(optimizer: Optimizer, batches: readonly (readonly number[][])[]): Promise<number[]> {
    const w = param("w", [0.5, -0.25, 1]);
    const x = input("x", [batches[0]!.length, 3]);
    const loss = mean(square(sub(sum(mul(x, w), { axes: 1 }), 1)));
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({
      inputs: { x },
      updates: optimizer.minimize(loss, { clipGlobalNorm: 0.5, clipValue: 0.4 }),
    });
    for (const batch of batches) step.run({ x: ndArray(batch.flat(), { shape: [batch.length, 3] }) });
    return [...runtime.read(w).data];
  }

  test("N steps are one step on a batch N times as large", async () => {
    const sample = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(sample, { minLength: 24, maxLength: 24 }),
        async (every, size, samples) => {
          const batchesOf = (length: number): number[][][] =>
            Array.from({ length: Math.floor(samples.length / length) }, (_, i) =>
              samples.slice(i * length, (i + 1) * length),
            );
          const large = batchesOf(every * size);
          const small = batchesOf(size).slice(0, large.length * every);
          const expected = await fit(make(), large);
          expect(distance([await fit(accumulateGradients(make(), every), small)], [expected])).toBeLessThanOrEqual(
            1e-9,
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

test("between updates nothing but the sums and the counter changes", async () => {
  const start = [1, 2, 3];
  const gradients = Array.from({ length: 7 }, (_, i) => [i + 1, -i, 0.5]);
  const found = await trajectory(accumulateGradients(adam({ learningRate: 0.5 }), 3), { start, gradients });
  expect([found[0], found[1]]).toEqual([start, start]);
  expect(found[3]).toEqual(found[2]);
  expect(found[5]).not.toEqual(found[4]);
  expect(found[6]).toEqual(found[5]);
});

test("accumulating one gradient is the optimizer itself", async () => {
  await fc.assert(
    fc.asyncProperty(descents, async (descent) => {
      const alone = await trajectory(adam(), descent);
      expect(await trajectory(accumulateGradients(adam(), 1), descent)).toEqual(alone);
    }),
    { numRuns: 20 },
  );
});

test("lookahead follows algorithm 1", async () => {
  await fc.assert(
    fc.asyncProperty(descents, fc.integer({ min: 1, max: 5 }), async ({ start, gradients }, every) => {
      const found = await trajectory(lookahead(sgd({ learningRate: 0.25 }), { every, rate: 0.75 }), {
        start,
        gradients,
      });
      let [slow, fast] = [[...start], [...start]];
      const expected = gradients.map((gradient, step) => {
        fast = fast.map((w, i) => w - 0.25 * gradient[i]!);
        if ((step + 1) % every === 0) {
          slow = slow.map((w, i) => w + 0.75 * (fast[i]! - w));
          fast = slow;
        }
        return fast;
      });
      expect(distance(found, expected)).toBeLessThanOrEqual(RTOL);
    }),
    { numRuns: 30 },
  );
});

test("averages follow the weights, and a graph can use them", async () => {
  const [w, b, x] = [param("w", [4, 8]), param("b", [1]), input("x", [2])];
  const runtime = await createRuntime({ precision: "f64" });
  const y = sum(mul(w, mul(x, b)));
  const average = averageWeights(sgd({ learningRate: 1 }), { decay: 0.75 });
  const step = await runtime.compile({
    inputs: { x },
    outputs: { y, averaged: average.use(y) },
    updates: average.apply([w, b], [w, b]),
  });
  // Every step takes the weights to 0; the averages keep three quarters.
  expect(step.run({ x: [1, 10] }).averaged.item()).toBe(84);
  const second = step.run({ x: [1, 10] });
  expect([second.y.item(), second.averaged.item()]).toEqual([0, (3 + 60) * 0.75]);
});

test("averages start from weights that were loaded, and leave what is not trained alone", async () => {
  const [w, frozen] = [param("w", [4, 8]), param("frozen", [1, 1])];
  const runtime = await createRuntime({ precision: "f64" });
  const average = averageWeights(sgd({ learningRate: 1 }), { decay: 0.75 });
  const look = await runtime.compile({ outputs: { averaged: average.use(mul(w, frozen)) } });
  const step = await runtime.compile({ updates: average.minimize(sum(mul(w, frozen)), { parameters: [w] }) });
  runtime.write(w, [100, 200]);
  runtime.write(frozen, [2, 4]);
  expect([...look.run({}).averaged.data]).toEqual([200, 800]);
  step.run({});
  // The weights are now 98 and 196.
  expect([...look.run({}).averaged.data]).toEqual([2 * (0.75 * 100 + 0.25 * 98), 4 * (0.75 * 200 + 0.25 * 196)]);
});

test("one trainer's steps for batches of several sizes share averages, and metrics can use them", async () => {
  const w = param("w", 8);
  const optimizer = averageWeights(sgd({ learningRate: 0.5 }), { decay: 0.5 });
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x }: { x: FloatNode }) => ({
      loss: mean(mul(x, w)),
      metrics: { w: averageOf(mul(x, w)), average: averageOf(optimizer.use(mul(x, w))) },
    }),
    optimizer,
  });
  await trainer.step({ x: ndArray([1, 1, 1]) });
  await trainer.step({ x: ndArray([1]) });
  // 8, 7.5, 7; the average follows: 8, 7.75, 7.375.
  expect(await trainer.evaluate([{ x: ndArray([1, 1]) }])).toEqual({ w: 7, average: 7.375 });
});

describe("parameter groups", () => {
  const leaves = (): [FloatNode, FloatNode] => [param("w", [1, 2]), param("b", [3, 4])];

  test("each group is trained by its own optimizer; limits of gradients hold for all together", async () => {
    await fc.assert(
      fc.asyncProperty(descents, async (descent) => {
        const found = await trajectory(
          {
            ...sgd({ learningRate: 1 }),
            apply: (parameters, gradients) =>
              parameterGroups([
                { parameters: [parameters[1]!], optimizer: sgd({ learningRate: 0.5 }) },
                { optimizer: adam({ learningRate: 0.1 }) },
              ]).apply(parameters, gradients),
          },
          descent,
        );
        const byAdam = await trajectory(adam({ learningRate: 0.1 }), descent);
        const bySgd = await trajectory(sgd({ learningRate: 0.5 }), descent);
        expect(found).toEqual(byAdam.map(([w0, w1], step) => [w0, w1, bySgd[step]![2]]));
      }),
      { numRuns: 20 },
    );
    const [w, b] = leaves();
    const runtime = await createRuntime({ precision: "f64" });
    const groups = parameterGroups([
      { parameters: [w], optimizer: sgd({ learningRate: 1 }) },
      { parameters: [b], optimizer: sgd({ name: "other", learningRate: 1 }) },
    ]);
    // The gradient is (1, 1, 1, 1), of norm 2.
    const step = await runtime.compile({
      updates: groups.minimize(sum(mul(1, sub(w, mul(-1, b)))), { clipGlobalNorm: 1 }),
    });
    step.run({});
    expect([...runtime.read(w).data, ...runtime.read(b).data]).toEqual([0.5, 1.5, 2.5, 3.5]);
  });

  test("two optimizers of one name are refused, with what to do", () => {
    const [w, b] = [param("w", 1), param("b", 1)];
    const named = (name: string) =>
      parameterGroups([{ parameters: [w], optimizer: adam() }, { optimizer: adam({ name }) }]);
    expectProblem(() => named("adam").minimize(mul(w, b)), {
      name: "GraphError",
      code: "OPTIMIZER_NAME_TWICE",
      message:
        "parameterGroups(groups): optimizers of one kind must have different names, " +
        'got two that keep "adam/step". Give one a name: adam({ name }).',
    });
    expect(named("slow").minimize(mul(w, b))).toHaveLength(8);
  });

  test("overlaps and parameters in no group are refused", () => {
    const [w, b] = leaves();
    const optimizer = sgd({ learningRate: 1 });
    expectProblem(
      () =>
        parameterGroups([
          { parameters: [w], optimizer },
          { parameters: [w], optimizer },
        ]),
      {
        name: "GraphError",
        code: "GROUP_OVERLAP",
        message: 'parameterGroups(groups): a parameter must be in one group, got f32[2] ("w") in two.',
      },
    );
    expect(() => parameterGroups([{ optimizer }, { optimizer }])).toThrow("got 2 groups that take the rest");
    expect(() => parameterGroups([{ parameters: [w], optimizer }]).minimize(sum(mul(w, b)))).toThrow(
      'every parameter must be in a group, got f32[2] ("b") in none',
    );
  });
});

describe("settings out of range are refused", () => {
  const optimizer = sgd({ learningRate: 1 });
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    ["accumulation of 0", () => accumulateGradients(optimizer, 0), "every must be a whole number ≥ 1, got 0"],
    ["lookahead of half a step", () => lookahead(optimizer, { every: 0.5 }), "every must be a whole number ≥ 1"],
    ["lookahead that stands still", () => lookahead(optimizer, { rate: 0 }), "rate must be in (0, 1], got 0"],
    ["an average that never moves", () => averageWeights(optimizer, { decay: 1 }), "decay must be in [0, 1), got 1"],
  ];
  test.each(refused)("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
