/** Check mode: the first node with a value that is not finite is named, and nothing has been updated. */
import {
  add,
  concat,
  constant,
  createRuntime,
  div,
  exp,
  gradient,
  input,
  label,
  log,
  matmul,
  mul,
  param,
  reshape,
  RuntimeError,
  scan,
  softmax,
  sqrt,
  state,
  sub,
  sum,
  tanh,
  type CompileRequest,
  type NodeRecord,
  type TensorValue,
} from "@unfold/core";
import { randomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const x = input("x", [2, 3]);
const good = { x: [1, 2, 3, 4, 5, 6] };

describe.each(["interpreter", "wasm-scalar", "wasm-simd"] as const)("check mode on %s", (backend) => {
  const prepare = async <I extends NodeRecord, O extends NodeRecord>(request: CompileRequest<I, O>) => {
    const runtime = await createRuntime({ backend, check: true });
    expect(runtime.report().backend).toContain(backend);
    return { runtime, run: (await runtime.compile(request)).run as (values: Record<string, TensorValue>) => unknown };
  };
  const problemOf = async (
    outputs: NodeRecord,
    values: Record<string, TensorValue>,
    inputs: NodeRecord = { x },
  ): Promise<RuntimeError | undefined> => {
    const { run } = await prepare({ inputs, outputs });
    return caught(() => run(values));
  };

  test("a run whose values are all finite passes, with the same values", async () => {
    const { run } = await prepare({ inputs: { x }, outputs: { y: log(mul(x, x)) } });
    const { y } = run(good) as { y: { data: Float32Array } };
    expect([...y.data].map((value) => value.toFixed(4))).toEqual(
      [1, 2, 3, 4, 5, 6].map((value) => Math.log(value * value).toFixed(4)),
    );
  });

  test("the first of a chain is named, with what it read, though all are computed together", async () => {
    const logs = label("scores", log(sub(x, 2)));
    const problem = await problemOf({ y: exp(mul(tanh(logs), 2)) }, good);
    expect(problem?.message).toBe(
      `log(x) f32[2, 3] ("scores") built at ${logs.site.toString()}: every element must be finite, ` +
        "got NaN at [0, 0] from x = -1, the first of 2 such elements of 6. Parameters and states have kept their values.",
    );
    expect(problem?.code).toBe("NOT_FINITE");
    expect(problem?.details).toMatchObject({ op: "log", label: "scores", index: [0, 0], count: 2, operands: [-1] });
  });

  test("infinities count", async () => {
    const problem = await problemOf({ y: div(constant([[1], [-1]]), sub(x, 6)) }, good);
    expect(problem?.message).toContain(
      "got -Infinity at [1, 2] from a = -1, b = 0, the first of 1 such elements of 6.",
    );
  });

  test("what is not read by anything that runs is not looked at", async () => {
    log(sub(x, 10));
    expect(await problemOf({ y: x }, good)).toBeUndefined();
  });

  test.each([
    ["NaN", NaN, "NaN"],
    ["infinity", -Infinity, "-Infinity"],
  ])("an input with %s is named before anything is computed", async (_, value, printed) => {
    const problem = await problemOf({ y: log(x) }, { x: [1, 2, value, 4, 5, 6] });
    expect(problem?.message).toBe(
      `input f32[2, 3] ("x"): every element must be finite, got ${printed} at [0, 2], the first of 1 such elements of 6. Parameters and states have kept their values.`,
    );
  });

  test("a parameter with NaN is named; a state may be infinite, but not NaN", async () => {
    const w = param("w", [1, NaN]);
    const most = state("most", [-Infinity, 0]);
    expect((await problemOf({ y: exp(w) }, {}, {}))?.message).toMatch(/^param f32\[2\] \("w"\): .*got NaN at \[1\]/);
    expect(await problemOf({ y: exp(most) }, {}, {})).toBeUndefined();
    const bad = state("bad", NaN);
    expect((await problemOf({ y: exp(bad) }, {}, {}))?.message).toMatch(/^state f32\[\] \("bad"\)/);
  });

  test("masks of -Infinity pass; a row that is masked altogether does not", async () => {
    const mask = constant([
      [0, -Infinity, 0],
      [0, 0, -Infinity],
    ]);
    expect(await problemOf({ y: softmax(add(x, mask), 1) }, good)).toBeUndefined();
    const all = constant([
      [0, -Infinity, 0],
      [-Infinity, -Infinity, -Infinity],
    ]);
    const problem = await problemOf({ y: softmax(add(x, all), 1) }, good);
    expect(problem?.details).toMatchObject({ op: "div", index: [1, 0], count: 3, operands: [0, 0] });
  });

  test("products and sums are named, not what they are added to or what reads them", async () => {
    const big = mul(x, 5e37);
    const product = matmul(big, constant([[4], [4], [4]]));
    expect((await problemOf({ y: tanh(add(product, 1)) }, good))?.details).toMatchObject({
      op: "matmul",
      index: [0, 0],
    });
    expect((await problemOf({ y: mul(sum(big), 0) }, good))?.details).toMatchObject({ op: "sum", index: [] });
  });

  test("views and gradients: the derivative of a root at 0", async () => {
    const root = sqrt(x);
    const [slope] = gradient(sum(root), [x]);
    const problem = await problemOf({ slope }, { x: [1, 2, 3, 0, 5, 6] });
    expect(problem?.details).toMatchObject({ element: Infinity, index: [1, 0], count: 1 });
    expect(problem?.message).toContain(root.site.toString());
  });

  test("updates are written only when all is well: parameters and states keep their values", async () => {
    const w = param("w", [1, 1, 1]);
    const count = state("count", 0);
    const { runtime, run } = await prepare({
      inputs: { x },
      outputs: { loss: sum(log(x)) },
      updates: [
        [w, add(w, sum(x, { axes: 0 }))],
        [count, add(count, 1)],
      ],
    });
    expect(caught(() => run({ x: [1, 2, 3, 4, 5, -6] }))?.code).toBe("NOT_FINITE");
    expect([[...runtime.read(w).data], runtime.read(count).item()]).toEqual([[1, 1, 1], 0]);
    run(good);
    expect([[...runtime.read(w).data], runtime.read(count).item()]).toEqual([[6, 8, 10], 1]);
  });

  test.each([
    ["forwards", false, 2],
    ["backwards", true, 3],
  ])("inside a scan that runs %s the step is said", async (_, reverse, step) => {
    const sequence = input("sequence", [5, 2]);
    const { outputs } = scan({
      steps: 5,
      reverse,
      sequences: { sequence },
      delays: { h: { initial: constant([[0, 0]]) } },
      step: ({ sequences, delays }) => {
        const h = sqrt(add(mul(delays.h, 0.001), sequences.sequence));
        return { next: { h }, outputs: { h } };
      },
    });
    const problem = await problemOf(outputs, { sequence: [1, 1, 1, 1, 1, -1, -2, 1, 1, 1] }, { sequence });
    expect(problem?.details).toMatchObject({ op: "sqrt", steps: [step] });
    expect(problem?.message).toContain(`in step ${step} of the scan around it`);
  });

  test("in scans within scans the step of each is said", async () => {
    const sequence = input("sequence", [3, 4]);
    const { outputs } = scan({
      steps: 3,
      sequences: { row: sequence },
      delays: { total: { initial: constant([1]) } },
      step: ({ sequences: { row }, delays: { total } }) => {
        const { final } = scan({
          steps: 4,
          sequences: { element: row },
          delays: { sum: { initial: reshape(total, [1]) } },
          step: ({ sequences: { element }, delays: { sum: before } }) => {
            const next = log(add(before, element));
            return { next: { sum: next }, outputs: {} };
          },
        });
        const next = reshape(final.sum, []);
        return { next: { total: next }, outputs: { total: next } };
      },
    });
    const values = { sequence: [2, 2, 2, 2, 2, 2, -9, 2, 2, 2, 2, 2] };
    const problem = await problemOf(outputs, values, { sequence });
    expect(problem?.details).toMatchObject({ op: "log", steps: [1, 2] });
    expect(problem?.message).toContain("in steps 1, 2 of the scans around it, outermost first.");
  });

  test("a join of more parts than a function has parameters", async () => {
    const parts = Array.from({ length: 1500 }, (_, i) => mul(x, i + 1));
    expect(await problemOf({ y: log(concat(parts, 0)) }, good)).toBeUndefined();
    const problem = await problemOf({ y: log(concat(parts, 0)) }, { x: [1, 2, 3, 4, 5, -6] });
    expect(problem?.details).toMatchObject({ op: "log", count: 1500 });
  });

  test("random graphs: all is finite or not as on the oracle, with the values of an unchecked run", async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ inputs, values, output }) => {
        const outputs = { output };
        const [oracle, checked, unchecked] = await Promise.all(
          [{ check: true, backend: "interpreter" } as const, { check: true, backend }, { backend }].map(
            async (options) => {
              const { run } = await (await createRuntime(options)).compile({ inputs, outputs });
              return () => [...run(values).output.data];
            },
          ),
        );
        const problem = caught(oracle!);
        expect(caught(checked!)?.code).toBe(problem?.code);
        if (problem !== undefined) return;
        const plain = unchecked!();
        for (const [i, value] of checked!().entries())
          expect(Math.abs(value - plain[i]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(plain[i]!)));
      }),
    );
  });
});

function caught(action: () => unknown): RuntimeError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
}
