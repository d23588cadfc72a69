/** What a runtime says of its programs. */
import {
  add,
  argsort,
  constant,
  createRuntime,
  gradient,
  input,
  matmul,
  param,
  scan,
  square,
  sum,
  tanh,
  type AnyOp,
  type Node,
  type NodeRecord,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/graph/apply.js";

const UNITS = 3;

/** A recurrence over T steps, what it leaves, and the gradient of its weights. */
function recurrence(steps: number): Record<"x" | "last" | "slope", NodeRecord[string]> {
  const x = input("x", [steps, 2, UNITS]);
  const w = param(
    "w",
    [0, 1, 2].map((i) => [i / 10, 0.1, 0.2]),
  );
  const { outputs, final } = scan({
    steps,
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
  const [slope] = gradient(sum(square(outputs.h)), [w]);
  return { x, last: final.h, slope };
}

async function reportOf(inputs: NodeRecord, outputs: NodeRecord, backend: "interpreter" | "wasm-simd") {
  const runtime = await createRuntime({ backend });
  await runtime.compile({ inputs, outputs });
  return runtime.report().programs[0]!;
}

describe.each(["interpreter", "wasm-simd"] as const)("bytes that scans keep of all steps, on %s", (backend) => {
  const bytes = async (steps: number, name: "last" | "slope"): Promise<number> => {
    const { x, ...outputs } = recurrence(steps);
    return (await reportOf({ x }, { y: outputs[name] }, backend)).stackedBytes;
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
