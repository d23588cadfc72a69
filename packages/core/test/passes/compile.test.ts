/** What compile makes of the optimizer: the same results, the user's leaves and names, and a report. */
import {
  add,
  constant,
  createRuntime,
  div,
  gather,
  gradient,
  input,
  label,
  matmul,
  mul,
  neg,
  param,
  randomKey,
  randomUniform,
  reshape,
  select,
  state,
  sub,
  sum,
  tanh,
  type Precision,
  type RuntimeReport,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { precisions } from "./same-bits.js";

/** A training step with plenty to simplify: losses, weights and a counter after some runs. */
async function train(
  precision: Precision,
  optimize: boolean | "exact",
): Promise<{ numbers: number[]; report: RuntimeReport }> {
  const x = input("x", [2, 3]);
  const W = param("W", [[0.1], [0.2], [0.3]]);
  const count = state("count", 0);
  const noise = div(randomUniform(randomKey(3), [2, 1]), 3);
  const product = matmul(x, W);
  const error = add(tanh(product), neg(add(noise, mul(1, reshape(reshape(product, [2]), [2, 1])))));
  const loss = sum(mul(error, error));
  const [dW] = gradient(loss, [W]);
  const runtime = await createRuntime({ precision, optimize, backend: "interpreter" });
  const step = await runtime.compile({
    inputs: { x },
    outputs: { loss, same: loss, W, tenths: mul(constant([0.1, 0.2, 0.7, 1.1]), constant([0.3, 7, 0.9, 1.3])) },
    updates: [
      [W, sub(W, div(dW, 8))],
      [count, add(count, mul(1, 1))],
    ],
  });
  const numbers: number[] = [];
  for (let run = 0; run < 5; run++) {
    const results = step.run({ x: [0.1 * run, 1, -2, 3, 0, -0] });
    numbers.push(...Object.values(results).flatMap(({ data }) => Array.from(data)));
  }
  numbers.push(...runtime.read(W).data, ...runtime.read(count).data);
  return { numbers, report: runtime.report() };
}

describe.each(precisions)("at %s", (precision) => {
  test("an optimized training step gives the same numbers as the one that was written", async () => {
    const written = await train(precision, false);
    const optimized = await train(precision, "exact");
    expect(optimized.numbers).toEqual(written.numbers);
    expect(optimized.report.programs[0]!.after).toBeLessThan(0.8 * written.report.programs[0]!.after);
  });
});

test("by default sums may be added in another order, and the report names the passes that do", async () => {
  const [written, optimized] = [await train("f64", false), await train("f64", true)];
  optimized.numbers.forEach((number, i) => {
    expect(number).toBeCloseTo(written.numbers[i]!, 12);
  });
  const names = (of: RuntimeReport): string[] => of.programs[0]!.passes.map(({ name }) => name);
  const exact = names((await train("f64", "exact")).report);
  expect(names(optimized.report).filter((name) => !exact.includes(name))).toEqual([
    "sink-into-scan",
    "stabilize",
    "reassociate",
    "sum-rows-first",
    "hoist-from-scan",
    "push-out-of-scan",
    "flush-tiny",
  ]);
});

test("a misspelled way to optimize is refused", async () => {
  await expect(createRuntime({ optimize: "exactly" as "exact" })).rejects.toThrow(
    'createRuntime(options): optimize must be true, false or "exact", got exactly.',
  );
});

test("the report counts nodes for every program, pass by pass", async () => {
  const { report } = await train("f32", "exact");
  expect(report.programs.map(({ before, after }) => [before, after])).toEqual([[48, 24]]);
  expect(report.programs[0]!.passes.map(({ name, removed }) => `${name}: ${-removed}`)).toMatchInlineSnapshot(`
    [
      "canonicalize: -2",
      "fold-constants: -9",
      "simplify-algebra: -12",
      "eliminate-common: -1",
      "merge-matmuls: 0",
      "merge-scans: 0",
      "inside-scans: 0",
    ]
  `);
  expect((await train("f32", false)).report.programs).toEqual([
    { before: 48, after: 48, passes: [], stackedBytes: 0, keptBytes: 16 },
  ]);
});

test("what fails when it runs still names the node the user made", async () => {
  const indices = input("indices", [2], "i32");
  const table = param("table", [1, 2, 3]);
  const found = label("lookup", gather(mul(table, 1), reshape(reshape(indices, [2, 1]), [2])));
  const messages: string[] = [];
  for (const optimize of [true, false]) {
    const runtime = await createRuntime({ optimize });
    const step = await runtime.compile({ inputs: { indices }, outputs: { y: neg(neg(found)) } });
    try {
      step.run({ indices: Int32Array.of(1, 3) });
    } catch (error) {
      messages.push(String(error));
    }
  }
  expect(messages[0]).toContain('f32[2] ("lookup") built at ');
  expect(messages[0]).toContain("compile.test.ts");
  expect(messages[0]).toContain("got 3 at position 1");
  expect(messages[0]).toBe(messages[1]);
});

test("an index that is known to be out of range fails when it runs, not when it is compiled", async () => {
  const runtime = await createRuntime();
  const y = gather(constant([1, 2]), constant([2], "i32"));
  const step = await runtime.compile({ outputs: { y } });
  expect(() => step.run({})).toThrow("got 2 at position 0");
});

test("a leaf that the results do not need any more keeps its place", async () => {
  const w = param("w", [1, 2]);
  const x = input("x", [2]);
  const runtime = await createRuntime();
  const step = await runtime.compile({ inputs: { x }, outputs: { y: select(constant([true, true]), x, w) } });
  expect(Array.from(step.run({ x: [5, 6] }).y.data)).toEqual([5, 6]);
  expect(Array.from(runtime.read(w).data)).toEqual([1, 2]);
});
