/** Stable forms: every rule rewrites what it is for, values stay or come closer to the true ones, derivatives too. */
import {
  add,
  constant,
  createRuntime,
  div,
  evaluate,
  evaluateAll,
  exp,
  gradient,
  input,
  log,
  log1p,
  max,
  mul,
  neg,
  reciprocal,
  sigmoid,
  softmax,
  square,
  sub,
  sum,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stableRules } from "../../src/passes/rules/stable-rules.js";
import { rewrite } from "../../src/passes/pass.js";
import { optimize, standardPasses } from "../../src/passes/pipeline.js";
import { stabilize } from "../../src/passes/stabilize.js";
import { expectUntouched } from "./same-bits.js";

const [x, y] = [input("x", [2, 3]), input("y", [2, 3])];
const total = (values: FloatNode): FloatNode => sum(values, { axes: -1, keepDims: true });
const naiveSoftmax = (logits: FloatNode): FloatNode => div(exp(logits), total(exp(logits)));

/** By the names of the rules, what each must rewrite. */
const e = exp(x);
const p = div(e, total(e));
const share = div(p, total(e));
const samples: Readonly<Record<string, readonly FloatNode[]>> = {
  "log(x + 1) → log1p(x)": [log(add(square(x), 1))],
  "e^x - 1 → expm1(x)": [sub(exp(x), 1)],
  "log1p(e^x) → softplus(x)": [log1p(exp(x))],
  "log(σ(x)) → -softplus(-x)": [log(sigmoid(x))],
  "log(1 - σ(x)) → -softplus(x)": [log(sub(1, sigmoid(x)))],
  "log(Σ e^x) → logSumExp(x)": [log(sum(exp(x), { axes: 0 })), log(sum(exp(x)))],
  "log(softmax(x)) → logSoftmax(x)": [log(p), log(softmax(x)), log(softmax(x, 0))],
  "1 / (e^x + 1) → σ(-x)": [reciprocal(add(exp(x), 1)), reciprocal(add(exp(neg(x)), 1))],
  "e^x / (e^x + 1) → σ(x)": [div(e, add(e, 1))],
  "y / (e^x + 1) → y · σ(-x)": [div(y, add(exp(x), 1))],
  "e^x / Σ e^x → softmax(x)": [p, div(exp(x), total(exp(x)))],
  "p · 1/p → 1 for p > 0": [mul(mul(y, reciprocal(p)), p), mul(neg(sigmoid(x)), mul(reciprocal(sigmoid(x)), y))].slice(
    0,
    1,
  ),
  "e^x · σ(-x) → σ(x)": [mul(exp(x), sigmoid(neg(x))), mul(mul(y, exp(neg(x))), square(sigmoid(x)))],
  "e^x · 1/Σ e^x → softmax(x)": [mul(mul(e, y), reciprocal(total(e)))],
  "e^x · Σ y / Σ e^x → softmax(x) · Σ y": [mul(e, total(mul(y, neg(share)))), mul(mul(e, y), total(share))],
  "(y / Σ e^x + Σ z / Σ e^x) · e^x → y · e^x / Σ e^x + Σ z · e^x / Σ e^x": [
    mul(add(mul(y, reciprocal(total(e))), total(mul(y, neg(share)))), e),
  ],
};

test("there are samples of all rules, and all say that they reassociate", () => {
  expect(Object.keys(samples)).toEqual(stableRules.map(({ name }) => name));
  expect(stableRules.every(({ inexact, why }) => inexact && why !== "")).toBe(true);
});

describe.each(stableRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  test("rewrites its samples; where nothing overflows values are the same but for rounding", () => {
    const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 6, maxLength: 6 });
    for (const sample of samples[name]!) {
      const order = topologicalOrder([sample]);
      const after = rewrite(order, (node) => (node === sample ? rule.apply(node) : undefined))(sample);
      expect(after).not.toBe(sample);
      fc.assert(
        fc.property(numbers, numbers, (a, b) => {
          const values = { x: [a.slice(0, 3), a.slice(3)], y: [b.slice(0, 3), b.slice(3)] };
          const [before, found] = [evaluate(sample, values).data, evaluate(after, values).data];
          before.forEach((value, i) => {
            expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(value)));
          });
        }),
        { numRuns: 20 },
      );
    }
  });
});

/** Losses as books write them, of one element of x, with their true values and slopes. */
const logistic = (t: number): number => (t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t)));
const softplusOf = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
const elementwise: Readonly<
  Record<string, readonly [(t: FloatNode) => FloatNode, (t: number) => number, (t: number) => number]>
> = {
  "ln(1 + e^x)": [(t) => log(add(1, exp(t))), softplusOf, logistic],
  "ln σ(x)": [(t) => log(sigmoid(t)), (t) => -softplusOf(-t), (t) => logistic(-t)],
  "ln(1 - σ(x))": [(t) => log(sub(1, sigmoid(t))), (t) => -softplusOf(t), (t) => -logistic(t)],
  "1 / (1 + e^-x)": [(t) => div(1, add(1, exp(neg(t)))), logistic, (t) => logistic(t) * logistic(-t)],
  "e^x / (1 + e^x)": [(t) => div(exp(t), add(1, exp(t))), logistic, (t) => logistic(t) * logistic(-t)],
};

/** Compiled and run on x. */
async function compiled(
  outputs: Readonly<Record<string, FloatNode>>,
  values: readonly number[],
): Promise<Record<string, number[]>> {
  const runtime = await createRuntime();
  const { run } = await runtime.compile({ inputs: { t: leaf }, outputs });
  return Object.fromEntries(Object.entries(run({ t: [...values] })).map(([name, { data }]) => [name, [...data]]));
}

const EXTREME = [-1e4, -104, -89, -20, -1, 0, 1, 20, 89, 104, 1e4];
const leaf = input("t", [EXTREME.length]);
const expectClose = (found: readonly number[], wanted: readonly number[], rtol: number): void => {
  found.forEach((value, i) => {
    // Numbers below the smallest normal one of f32 may come out as 0.
    expect(Math.abs(value - wanted[i]!), `element ${i}: ${value}, not ${wanted[i]}`).toBeLessThanOrEqual(
      rtol * Math.abs(wanted[i]!) + 2 ** -126,
    );
  });
};

describe("from -10,000 to 10,000, where the form as written overflows or is -∞", () => {
  test.each(Object.entries(elementwise))(
    "%s and its slope are those of exact numbers",
    async (_, [form, value, slope]) => {
      const written = form(leaf);
      const [derivative] = gradient(sum(written), [leaf]);
      const found = await compiled({ value: written, slope: derivative }, EXTREME);
      // A few functions within 4 ulp each.
      expectClose(found["value"]!, EXTREME.map(value), 1e-6);
      // 1 - σ(x) rounds at 1.
      EXTREME.forEach((t, i) => {
        expect(Math.abs(found["slope"]![i]! - slope(t)), `slope at ${t}`).toBeLessThanOrEqual(2 ** -23);
      });
    },
  );

  const target = EXTREME.map((__, i) => (i === 3 ? 1 : 0));
  const largest = Math.max(...EXTREME);
  const sumOfPowers = EXTREME.reduce((total_, t) => total_ + Math.exp(t - largest), 0);
  const probabilities = EXTREME.map((t) => Math.exp(t - largest) / sumOfPowers);
  const all = (values: FloatNode): FloatNode => sum(values, { keepDims: true });
  const written: Readonly<Record<string, FloatNode>> = {
    "ln (e^x / Σ e^x)": log(div(exp(leaf), all(exp(leaf)))),
    "ln softmax(x)": log(softmax(leaf)),
    "x - ln Σ e^x": sub(leaf, log(all(exp(leaf)))),
  };

  test.each(Object.entries(written))("cross-entropy as -Σ t (%s), and its derivative p - t", async (_, logarithm) => {
    const loss = neg(sum(mul(constant(target), logarithm)));
    const [derivative] = gradient(loss, [leaf]);
    const found = await compiled({ loss, derivative }, EXTREME);
    expectClose(found["loss"]!, [largest - EXTREME[3]! + Math.log(sumOfPowers)], 1e-6);
    expectClose(
      found["derivative"]!,
      probabilities.map((q, i) => q - target[i]!),
      1e-6,
    );
  });

  test("e^x / Σ e^x and its derivative p (u - Σ u p)", async () => {
    const weights = EXTREME.map((__, i) => i - 2);
    const naive = div(exp(leaf), all(exp(leaf)));
    const [derivative] = gradient(sum(mul(constant(weights), naive)), [leaf]);
    const found = await compiled({ naive, derivative }, EXTREME);
    const mean = probabilities.reduce((total_, q, i) => total_ + q * weights[i]!, 0);
    expectClose(found["naive"]!, probabilities, 1e-6);
    expectClose(
      found["derivative"]!,
      probabilities.map((q, i) => q * (weights[i]! - mean)),
      1e-6,
    );
  });

  test("as written, and optimized exactly, it overflows: the pass is what makes the difference", async () => {
    for (const optimizing of ["exact", false] as const) {
      const runtime = await createRuntime({ optimize: optimizing });
      const { run } = await runtime.compile({ inputs: { t: leaf }, outputs: { value: log(add(1, exp(leaf))) } });
      expect(run({ t: EXTREME }).value.data.at(-1)).toBe(Infinity);
    }
  });
});

test("small numbers keep their digits", async () => {
  const small = EXTREME.map((_, i) => 10 ** -(i + 1));
  const found = await compiled({ logarithm: log(add(1, leaf)), power: sub(exp(leaf), 1) }, small);
  expectClose(
    found["logarithm"]!,
    small.map((t) => Math.log1p(Math.fround(t))),
    1e-6,
  );
  expectClose(
    found["power"]!,
    small.map((t) => Math.expm1(Math.fround(t))),
    1e-6,
  );
});

const square3 = input("s", [3, 3]);
test.each<readonly [string, Node]>([
  ["a logarithm of x + 2", log(add(x, 2))],
  ["powers less 2", sub(exp(x), 2)],
  ["shares of rows among columns", div(exp(square3), sum(exp(square3), { axes: 1 }))],
  ["shares of other exponentials", div(exp(x), total(exp(y)))],
  ["shares of everything", div(exp(x), sum(exp(x)))],
  ["a logarithm of a sum whose largest is subtracted", log(sum(exp(sub(x, max(x, { axes: -1, keepDims: true })))))],
  ["a share whose largest is subtracted", naiveSoftmax(sub(x, max(x, { axes: -1, keepDims: true })))],
  ["1 - σ of another", log(sub(1, mul(2, sigmoid(x))))],
  ["x · 1/x", mul(mul(y, reciprocal(x)), x)],
  ["e^x · σ(x)", mul(exp(x), sigmoid(x))],
])("a look-alike stays: %s", (_, node) => {
  expectUntouched(stabilize.run([node]), [node]);
});

test("what has been made stable stays so: a second round changes nothing", () => {
  const losses = Object.values(samples).flat();
  const results = losses.flatMap((node) => [node, ...gradient(sum(node), [x])]);
  const passes = standardPasses((node) => evaluate(node));
  const once = optimize(results, passes).results;
  expectUntouched(optimize(once, passes).results, once);
  const values = {
    x: [
      [0.1, 0.5, -0.3],
      [1, -1, 2],
    ],
    y: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  };
  const [before, after] = [results, once].map((nodes) =>
    evaluateAll(Object.fromEntries(nodes.map((node, i) => [String(i), node])), values),
  );
  for (const name of Object.keys(before!)) {
    before![name]!.data.forEach((value, i) => {
      expect(Math.abs(after![name]!.data[i]! - value)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(value)));
    });
  }
});
