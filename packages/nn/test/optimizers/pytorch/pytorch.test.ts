/** Every optimizer against the trace of PyTorch's, or of the paper's algorithm written with PyTorch, step by step in double precision. */
import { add, constant, createRuntime, input, ndArray, param, slice, square, sub, sum, mul } from "@unfold/core";
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  averageWeights,
  boldDriver,
  lbfgs,
  lion,
  lookahead,
  nadam,
  rmsProp,
  sgd,
  type LbfgsOptions,
  type Optimizer,
} from "@unfold/nn";
import { expect, test } from "vitest";
import { distance, trajectory, type Trajectory } from "../training.js";
import { traces } from "./traces.js";

/** Twelve steps of the same operations in another order. */
const RTOL = 1e-12;

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  "sgd, weight decay": () => sgd({ learningRate: 0.1, weightDecay: 0.2 }),
  "sgd, momentum": () => sgd({ learningRate: 0.1, momentum: 0.9 }),
  "sgd, nesterov": () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  adagrad: () => adagrad({ learningRate: 0.1, initialAccumulator: 0.5, weightDecay: 0.1 }),
  adadelta: () => adadelta({ learningRate: 0.5, rho: 0.8, epsilon: 1e-3, weightDecay: 0.1 }),
  "adadelta, defaults": () => adadelta(),
  rmsProp: () => rmsProp(),
  "rmsProp, centered": () =>
    rmsProp({ learningRate: 0.05, decay: 0.9, epsilon: 1e-4, centered: true, momentum: 0.5, weightDecay: 0.1 }),
  adam: () => adam({ learningRate: 0.1, weightDecay: 0.1 }),
  "adam, amsgrad": () => adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.6, amsgrad: true }),
  adamW: () => adamW({ learningRate: 0.1 }),
  "adamW, amsgrad": () =>
    adamW({ learningRate: 0.1, beta1: 0.8, beta2: 0.9, decoupledWeightDecay: 0.3, amsgrad: true }),
  adamax: () => adamax({ weightDecay: 0.1 }),
  nadam: () => nadam({ weightDecay: 0.1 }),
  "nadam, other settings": () =>
    nadam({ learningRate: 0.1, beta1: 0.7, beta2: 0.8, epsilon: 1e-3, momentumDecay: 0.1 }),
  lion: () => lion(),
  "lion, weight decay": () => lion({ learningRate: 0.1, beta1: 0.8, beta2: 0.9, decoupledWeightDecay: 0.3 }),
  lookahead: () => lookahead(sgd({ learningRate: 0.1, momentum: 0.9 })),
  "lookahead around adam": () => lookahead(adam({ learningRate: 0.1 }), { every: 3, rate: 0.8 }),
};

test("all of them are here", () => {
  expect(Object.keys(optimizers)).toEqual(Object.keys(traces.optimizers));
});

test.each(Object.keys(traces.optimizers))("%s", async (name) => {
  expect(distance(await trajectory(optimizers[name]!(), traces), traces.optimizers[name]!)).toBeLessThanOrEqual(RTOL);
});

test.each(Object.entries(traces.averages))("averages with decay %s", async (decay, recorded) => {
  const optimizer = averageWeights(sgd({ learningRate: 0.1, momentum: 0.9 }), { decay: Number(decay) });
  const [w, dw] = [param("w", ndArray([...traces.start])), input("dw", [3])];
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ inputs: { dw }, updates: optimizer.apply([w], [dw]) });
  const look = await runtime.compile({ outputs: { average: optimizer.use(w) } });
  const found = traces.gradients.map((gradient) => {
    step.run({ dw: [...gradient] });
    return [...look.run({}).average.data];
  });
  expect(distance(found, recorded)).toBeLessThanOrEqual(RTOL);
});

test.each(Object.entries(traces.boldDriver))("bold driver from a rate of %s", async (rate, recorded) => {
  const w = param("w", [0.5, -1.25, 2]);
  const loss = sum(mul(constant([0.5, 1, 3]), square(w)));
  const driver = boldDriver({ learningRate: Number(rate) });
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ updates: driver.minimize(loss) });
  const found = recorded.map(() => {
    step.run({});
    return [runtime.read(driver.learningRate).item(), ...runtime.read(w).data];
  });
  expect(distance(found, recorded)).toBeLessThanOrEqual(RTOL);
  // It has gone back at times, and faster at others.
  const rates = recorded.map(([next]) => next!);
  expect([rates.some((next, i) => next < rates[i - 1]!), rates.some((next, i) => next > rates[i - 1]!)]).toEqual([
    true,
    true,
  ]);
});

/** Steps on Rosenbrock's function in four variables. */
async function descendRosenbrock(options: LbfgsOptions, steps: number): Promise<Trajectory> {
  const x = param("x", ndArray([-1.2, 1, -0.5, 0.7]));
  const [first, rest] = [slice(x, { axis: 0, start: 0, stop: 3 }), slice(x, { axis: 0, start: 1, stop: 4 })];
  const loss = sum(add(mul(100, square(sub(rest, square(first)))), square(sub(1, first))));
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ updates: lbfgs(options).minimize(loss) });
  return Array.from({ length: steps }, () => {
    step.run({});
    return [...runtime.read(x).data];
  });
}

test.each([
  ["history 3", { learningRate: 0.3, history: 3 }],
  ["history 10", { learningRate: 0.5, history: 10 }],
] as const)("lbfgs, %s", async (name, options) => {
  const recorded = traces.lbfgs[name]!;
  // Initial values are f32 in a parameter and double in the recording: 3e-8 apart, and errors grow along the valley.
  const found = await descendRosenbrock(options, recorded.length);
  expect(distance(found.slice(0, 5), recorded.slice(0, 5))).toBeLessThanOrEqual(1e-6);
  expect(distance(found, recorded)).toBeLessThanOrEqual(1e-3);
});
