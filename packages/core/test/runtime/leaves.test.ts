/** Parameters and states: who owns their values, when they are read and written, what is copied. */
import {
  add,
  constant,
  createRuntime,
  gather,
  input,
  mul,
  ndArray,
  param,
  state,
  sub,
  tanh,
  type Runtime,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf, rejectionOf } from "../problem-of.js";

const x = input("x", []);
const w = param("w", 2);

function numbers(runtime: Runtime, ...leaves: Parameters<Runtime["read"]>[0][]): number[] {
  return leaves.map((leaf) => runtime.read(leaf).item());
}

describe("values", () => {
  test("executables of one runtime share a parameter", async () => {
    const runtime = await createRuntime();
    const train = await runtime.compile({ updates: [[w, add(w, 1)]] });
    const use = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, w) } });
    expect(use.run({ x: 10 }).y.item()).toBe(20);
    train.run({});
    expect(use.run({ x: 10 }).y.item()).toBe(30);
  });

  test("a program compiled later finds the value as it is now, not the initial one", async () => {
    const runtime = await createRuntime();
    (await runtime.compile({ updates: [[w, add(w, 1)]] })).run({});
    const late = await runtime.compile({ outputs: { w } });
    expect(late.run({}).w.item()).toBe(3);
  });

  test("runtimes share nothing", async () => {
    const [first, second] = [await createRuntime(), await createRuntime()];
    const step = await first.compile({ updates: [[w, add(w, 1)]] });
    await second.compile({ outputs: { w } });
    step.run({});
    expect([...numbers(first, w), ...numbers(second, w)]).toEqual([3, 2]);
  });

  test("two parameters swap in one step", async () => {
    const [a, b] = [param("a", [1, 2]), param("b", [3, 4])];
    const runtime = await createRuntime();
    const swap = await runtime.compile({
      updates: [
        [a, b],
        [b, a],
      ],
    });
    swap.run({});
    expect([[...runtime.read(a).data], [...runtime.read(b).data]]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  test("any permutation of parameters in one step", async () => {
    const permutation = fc.integer({ min: 1, max: 6 }).chain((size) =>
      fc.shuffledSubarray(
        Array.from({ length: size }, (_, i) => i),
        { minLength: size },
      ),
    );
    await fc.assert(
      fc.asyncProperty(permutation, async (order) => {
        const leaves = order.map((_, i) => param(`p${i}`, i));
        const runtime = await createRuntime();
        const step = await runtime.compile({ updates: order.map((from, i) => [leaves[i]!, leaves[from]!] as const) });
        step.run({});
        expect(numbers(runtime, ...leaves)).toEqual(order);
      }),
    );
  });

  test("outputs are read before the updates are written", async () => {
    const runtime = await createRuntime();
    const step = await runtime.compile({ outputs: { before: w, twice: mul(w, 2) }, updates: [[w, add(w, 1)]] });
    const { before, twice } = step.run({});
    expect([before.item(), twice.item(), ...numbers(runtime, w)]).toEqual([2, 4, 3]);
  });

  test("a state is carried from run to run", async () => {
    const h = state("h", [0, 0]);
    const next = tanh(add(h, x));
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({ inputs: { x }, outputs: { next }, updates: [[h, next]] });
    let expected = 0;
    for (const fed of [0.5, -1, 2]) {
      expected = Math.tanh(expected + fed);
      expect([...step.run({ x: fed }).next.data]).toEqual([expected, expected]);
    }
    expect([...runtime.read(h).data]).toEqual([expected, expected]);
  });

  test("a counter is an i32 state", async () => {
    const count = state("count", 2 ** 31 - 2, "i32");
    const runtime = await createRuntime();
    const step = await runtime.compile({ updates: [[count, add(count, 1)]] });
    step.run({});
    expect(runtime.read(count).item()).toBe(2 ** 31 - 1);
    step.run({});
    expect(runtime.read(count).item()).toBe(-(2 ** 31));
  });

  test("an update may be an input", async () => {
    const runtime = await createRuntime();
    (await runtime.compile({ inputs: { x }, updates: [[w, x]] })).run({ x: 7 });
    expect(numbers(runtime, w)).toEqual([7]);
  });
});

describe("read and write", () => {
  test("what is written is read, in any form", async () => {
    const p = param("p", [0, 0]);
    const runtime = await createRuntime();
    await runtime.compile({ outputs: { p } });
    for (const value of [[1, 2], new Float32Array([3, 4]), new Float64Array([5, 6]), ndArray([7, 8])]) {
      runtime.write(p, value);
      expect([...runtime.read(p).data]).toEqual("data" in value ? [...value.data] : [...value]);
    }
  });

  test("what is read is a copy: writing into it changes nothing, a later step does not change it", async () => {
    const p = param("p", [1, 2]);
    const runtime = await createRuntime();
    const step = await runtime.compile({ updates: [[p, add(p, 1)]] });
    const read = runtime.read(p);
    read.data[0] = 100;
    step.run({});
    expect([[...read.data], [...runtime.read(p).data]]).toEqual([
      [100, 2],
      [2, 3],
    ]);
  });

  test("what is written is copied", async () => {
    const p = param("p", [1, 2]);
    const runtime = await createRuntime();
    await runtime.compile({ outputs: { p } });
    const given = new Float64Array([5, 6]);
    runtime.write(p, given);
    given[0] = 100;
    expect([...runtime.read(p).data]).toEqual([5, 6]);
  });

  test("the initial value is copied: training does not change the graph", async () => {
    const given = new Float32Array([1, 2]);
    const p = param("p", given);
    given[0] = 100;
    const runtime = await createRuntime();
    (await runtime.compile({ updates: [[p, mul(p, 10)]] })).run({});
    const fresh = await createRuntime();
    await fresh.compile({ outputs: { p } });
    expect([[...runtime.read(p).data], [...fresh.read(p).data]]).toEqual([
      [10, 20],
      [1, 2],
    ]);
  });

  test("precision f32 rounds what it holds; f64 does not", async () => {
    const p = param("p", 0.1);
    const held = await Promise.all(
      (["f32", "f64"] as const).map(async (precision) => {
        const runtime = await createRuntime({ precision });
        await runtime.compile({ outputs: { p } });
        return runtime.read(p).item();
      }),
    );
    expect(held).toEqual([Math.fround(0.1), 0.1]);
  });

  test("a leaf that nothing uses is unknown", async () => {
    const runtime = await createRuntime();
    expect(problemOf(() => runtime.read(w))).toEqual({
      code: "LEAF_UNKNOWN",
      message:
        'read(leaf): the leaf must be a parameter or state of an executable of this runtime, got param f32[] ("w"). Compile something that uses it first.',
    });
    expect(
      problemOf(() => {
        runtime.write(x, 1);
      }).message,
    ).toBe(
      'write(leaf, value): the leaf must be a parameter or state of an executable of this runtime, got input f32[] ("x"). Compile something that uses it first.',
    );
  });

  test("a value of another shape or dtype is refused, and nothing changes", async () => {
    const p = param("p", [1, 2]);
    const count = state("count", 3, "i32");
    const runtime = await createRuntime();
    await runtime.compile({ outputs: { p, count } });
    expect(
      problemOf(() => {
        runtime.write(p, [1, 2, 3]);
      }),
    ).toEqual({
      code: "VALUE_SHAPE",
      message: 'write("p", value): the value must have shape [2], got [3] (3 elements).',
    });
    expect(
      problemOf(() => {
        runtime.write(count, 1.5);
      }),
    ).toEqual({
      code: "VALUE_DTYPE",
      message: 'write("count", value): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 1.5 at position 0.',
    });
    expect([...runtime.read(p).data, ...numbers(runtime, count)]).toEqual([1, 2, 3]);
  });
});

describe("a run that throws", () => {
  const table = constant([10, 20, 30]);
  const index = input("index", [], "i32");

  test("leaves parameters and states as they were, and the next run is right", async () => {
    const runtime = await createRuntime();
    const step = await runtime.compile({
      inputs: { index },
      outputs: { picked: gather(table, index) },
      updates: [[w, add(w, gather(table, index))]],
    });
    expect(problemOf(() => step.run({ index: 3 })).code).toBe("INDEX_RANGE");
    expect(numbers(runtime, w)).toEqual([2]);
    expect(step.run({ index: 1 }).picked.item()).toBe(20);
    expect(numbers(runtime, w)).toEqual([22]);
  });

  test("for a wrong input, has written no other input", async () => {
    const other = input("other", [2]);
    const runtime = await createRuntime();
    const step = await runtime.compile({ inputs: { x, other }, outputs: { y: add(other, x) }, updates: [[w, x]] });
    const { y } = step.run({ x: 1, other: [1, 1] });
    expect(problemOf(() => step.run({ x: 50, other: [1, 2, 3] })).code).toBe("INPUT_SHAPE");
    expect([[...y.data], numbers(runtime, w)]).toEqual([[2, 2], [1]]);
  });
});

describe("paths", () => {
  test("two leaves with one path in a program", async () => {
    const again = param("w", 5);
    expect(await rejectionOf((await createRuntime()).compile({ outputs: { y: add(w, again) } }))).toMatchObject({
      code: "VERIFY_NAME",
    });
  });

  test("two leaves with one path in two programs of one runtime", async () => {
    const again = state("w", [5, 6]);
    const runtime = await createRuntime();
    await runtime.compile({ outputs: { w } });
    expect(await rejectionOf(runtime.compile({ outputs: { again } }))).toEqual({
      code: "LEAF_PATH_TWICE",
      message: `compile: a path must belong to one parameter or state in a runtime, got two leaves named "w": f32[] ("w") built at ${w.site.toString()} and f32[2] ("w") built at ${again.site.toString()}. Use one leaf in both places to share it, or give one another path.`,
    });
  });

  test("a refused program leaves nothing behind", async () => {
    const [fresh, again] = [param("fresh", 1), param("w", 5)];
    const runtime = await createRuntime();
    await runtime.compile({ outputs: { w } });
    await rejectionOf(runtime.compile({ outputs: { sum: sub(fresh, again) } }));
    expect(runtime.report().leaves).toBe(1);
    const other = param("fresh", 2);
    await runtime.compile({ outputs: { other } });
    expect(numbers(runtime, other)).toEqual([2]);
  });
});

test("the report counts leaves once and their bytes at the precision", async () => {
  const p = param("p", [1, 2, 3]);
  const flag = state("flag", [true, false], "bool");
  const reports = await Promise.all(
    (["f32", "f64"] as const).map(async (precision) => {
      const runtime = await createRuntime({ precision, backend: "interpreter" });
      expect(runtime.report()).toMatchObject({ leaves: 0, storedBytes: 0, peakBytes: 0, memoryBytes: 0, programs: [] });
      await runtime.compile({ outputs: { p, flag } });
      await runtime.compile({ outputs: { p }, updates: [[flag, flag]] });
      const { backend, leaves, storedBytes, simd, fma, fallback, programs } = runtime.report();
      expect(programs).toHaveLength(2);
      return { backend, leaves, storedBytes, simd, fma, fallback };
    }),
  );
  const plain = { leaves: 2, simd: false, fma: false, fallback: undefined };
  expect(reports).toEqual([
    { ...plain, backend: "interpreter f32", storedBytes: 14 },
    { ...plain, backend: "interpreter f64", storedBytes: 26 },
  ]);
});
