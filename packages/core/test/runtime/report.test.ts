/** What a runtime says of its programs. */
import {
  add,
  argsort,
  constant,
  createRuntime,
  expandScans,
  gradient,
  input,
  matmul,
  param,
  scan,
  sub,
  sum,
  tanh,
  type AnyOp,
  type Checkpoint,
  type CompileRequest,
  type Node,
  type NodeRecord,
  type Update,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/graph/apply.js";

const UNITS = 3;

/** A recurrence over T steps, what it leaves, a loss of all its states, and its gradient. */
function recurrence(steps: number, checkpoint?: Checkpoint) {
  const x = input("x", [steps, 2, UNITS]);
  const w = param(
    "w",
    [0, 1, 2].map((i) => [i / 10, 0.1, 0.2]),
  );
  const { outputs, final } = scan({
    steps,
    ...(checkpoint !== undefined && { checkpoint }),
    sequences: { x },
    delays: {
      h: {
        initial: constant([
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences, delays }) => {
      const h = tanh(add(sequences.x, matmul(delays.h, w)));
      return { next: { h }, outputs: { h } };
    },
  });
  const loss = sum(outputs.h);
  const [slope] = gradient(loss, [w]);
  return { x, w, loss, last: final.h, slope };
}

async function reportOf(inputs: NodeRecord, outputs: NodeRecord, backend: "interpreter" | "wasm-simd") {
  const runtime = await createRuntime({ backend });
  await runtime.compile({ inputs, outputs });
  return runtime.report().programs[0]!;
}

describe.each(["interpreter", "wasm-simd"] as const)("bytes that scans keep of all steps, on %s", (backend) => {
  const bytes = async (steps: number, name: "last" | "slope"): Promise<number> => {
    const { x, [name]: y } = recurrence(steps);
    return (await reportOf({ x }, { y }, backend)).stackedBytes;
  };

  test("none if only the last value is read", async () => {
    expect(await bytes(10, "last")).toBe(0);
  });

  test("grow with the number of steps for a gradient: the state at least, and little more", async () => {
    const [ten, twenty] = [await bytes(10, "slope"), await bytes(20, "slope")];
    const state = 4 * 2 * UNITS;
    expect(twenty).toBe(2 * ten);
    expect(ten).toBeGreaterThanOrEqual(10 * state);
    expect(ten).toBeLessThanOrEqual(3 * 10 * state);
  });
});

describe.each(["interpreter", "wasm-simd"] as const)("bytes kept for the backward pass, on %s", (backend) => {
  const keptBy = async ({ inputs, outputs, updates }: Required<CompileRequest<NodeRecord, NodeRecord>>) => {
    const runtime = await createRuntime({ backend });
    await runtime.compile({ inputs, outputs, updates });
    return runtime.report().programs[0]!.keptBytes;
  };

  test("are those of what the derivative reads: of tanh, its value", async () => {
    const x = input("x", [4, 3]);
    const w = param(
      "w",
      [1, 2, 3].map((i) => [0.1 * i, 0.2]),
    );
    const loss = sum(tanh(matmul(x, w)));
    const updates: readonly Update[] = [[w, sub(w, gradient(loss, [w])[0])]];
    expect(await keptBy({ inputs: { x }, outputs: { loss }, updates })).toBe(4 * 4 * 2);
    expect(await keptBy({ inputs: { x }, outputs: { loss }, updates: [] })).toBe(0);
    expect(await keptBy({ inputs: { x }, outputs: { x }, updates })).toBe(0);
  });

  test("are the states of all steps, whether the recurrence is folded or unfolded", async () => {
    for (const steps of [10, 20]) {
      const { x, w, loss, slope } = recurrence(steps);
      const update = sub(w, slope);
      const states = 4 * steps * 2 * UNITS;
      expect(await keptBy({ inputs: { x }, outputs: { loss }, updates: [[w, update]] })).toBe(states);
      const [flatLoss, flatUpdate] = expandScans([loss, update]);
      expect(await keptBy({ inputs: { x }, outputs: { loss: flatLoss }, updates: [[w, flatUpdate]] })).toBe(states);
    }
  });

  test("are the states before each segment, with checkpoints", async () => {
    const { x, w, last, slope } = recurrence(20, { every: 5 });
    const kept = await keptBy({ inputs: { x }, outputs: { last }, updates: [[w, sub(w, slope)]] });
    expect(kept).toBe(4 * 4 * 2 * UNITS);
  });
});

test("operations of a loop count once per step", async () => {
  const flops = async (steps: number): Promise<number> => {
    const { x, last } = recurrence(steps);
    return (await reportOf({ x }, { last }, "wasm-simd")).flops!;
  };
  const [one, two] = [await flops(10), await flops(20)];
  expect(two).toBe(2 * one);
  expect(one).toBeGreaterThan(10 * 2 * 2 * UNITS * UNITS);
});

test("operations that are left to the host are named", async () => {
  const x = input("x", [5]);
  const onHost = (node: Node, name: string): Node =>
    apply({ ...node.op, name, emit: "host" } as unknown as AnyOp, node.inputs, node.attrs);
  const { outputs } = scan({
    steps: 5,
    sequences: { x },
    step: ({ sequences }) => ({ next: {}, outputs: { y: onHost(tanh(sequences.x), "slowTanh") } }),
  });
  const slow = { order: onHost(argsort(x), "slowSort"), ...outputs };
  expect((await reportOf({ x }, slow, "wasm-simd")).hostOps).toEqual(["slowSort", "slowTanh"]);
  expect((await reportOf({ x }, { y: add(x, 1) }, "wasm-simd")).hostOps).toEqual([]);
});

test("what every pass took away", async () => {
  const x = input("x", [5]);
  const { before, after, passes } = await reportOf({ x }, { y: add(add(x, 0), 0) }, "interpreter");
  expect(before - after).toBe(passes.reduce((total, { removed }) => total + removed, 0));
  expect(after).toBeLessThan(before);
});
