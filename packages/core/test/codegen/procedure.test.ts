/** Procedures: their text, their bytes, and the ops made of them against their references, to the last bit. */
import {
  argmax,
  argsort,
  createRuntime,
  cumulativeSum,
  evaluate,
  input,
  NdArray,
  ndArray,
  sort,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectProcedure } from "../../src/codegen/procedure/collect-procedure.js";
import { emitProcedure } from "../../src/codegen/procedure/emit-procedure.js";
import { printKernel } from "../../src/codegen/print-kernel.js";
import { ModuleBuilder } from "../../src/codegen/wasm/module-builder.js";
import { engine } from "../../src/runtime/wasm/engine.js";
import { validate } from "./loops/compile-nest.js";
import { runProcedure } from "./reference/procedure-reference.js";
import { computeNode } from "./compute-node.js";

/** Every kind of step: out[0] = Σ x rounded once, out[1] = x[0] + … rounded again and again, out[2] = how many are above ½. */
const everything = collectProcedure(
  (p) => {
    const int = (value: number) => p.constant(value, "i32");
    const sum = p.total("f32");
    const count = p.total("i32");
    const rounded = p.variable(p.constant(-0, "f32"));
    p.repeat(4, (i) => {
      const x = p.load(0, i);
      p.addTo(sum, x);
      p.set(rounded, p.add(rounded, x));
      p.if(
        p.less(p.constant(0.5, "f32"), x),
        () => {
          p.addTo(count, int(1));
        },
        () => {
          p.addTo(count, int(0));
        },
      );
    });
    const left = p.variable(int(3));
    p.while(p.less(int(0), left), () => {
      p.set(left, p.sub(left, int(1)));
      p.store(left, p.toFloat(count));
    });
    p.store(int(0), sum);
    p.store(int(1), p.add(p.loadStored(int(2)), p.sub(rounded, p.toFloat(p.shiftLeft(count, 0)))));
  },
  ["f32", "f32"],
);

test("as text", () => {
  expect(printKernel(everything)).toMatchInlineSnapshot(`
    "procedure over p0: f32, p1: f32, v0: f64, v1: i32, v2: f32, v3: i32, v4: f32, v5: i32, v6: f32
      v0 = 0 f32
      v1 = 0 i32
      v2 = -0 f32
      for v3 < 4
        v4 = p0[v3]
        v0 += v4
        v2 = add(v2, v4)
        if less(0.5 f32, v4)
          v1 += 1 i32
        else
          v1 += 0 i32
      v5 = 3 i32
      while less(0 i32, v5)
        v5 = sub(v5, 1 i32)
        p1[v5] = toFloat(v1)
      p1[0 i32] = v0
      v6 = p1[2 i32]
      p1[1 i32] = add(v6, sub(v2, toFloat(shiftLeft(v1, 0))))"
  `);
});

test("as bytes", () => {
  const module = new ModuleBuilder();
  module.exportFunction("run", emitProcedure(everything, module));
  const bytes = module.finish();
  validate(bytes);
  const { Instance, Memory, Module } = engine()!;
  const memory = new Memory({ initial: 1, maximum: 1 });
  const { exports } = new Instance(new Module(bytes), { host: { memory } });
  const floats = new Float32Array(memory.buffer);
  const xs = [2 ** 24, 1, 1, 0.25];
  floats.set(xs);
  (exports["run"] as (x: number, out: number) => void)(0, 64);
  const expected = new Float32Array(3);
  runProcedure(
    everything,
    [xs, expected].map((list) => ({
      get: (at) => list[at]!,
      set: (at, value) => {
        list[at] = value;
      },
    })),
    false,
  );
  expect([...expected]).toEqual([2 ** 24 + 2, 2 ** 24, 3]);
  expect(floats.subarray(16, 19)).toEqual(expected);
});

const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 2 ** -149, 1e30, -1e30, 0.1, 3];
const floats = fc.oneof(fc.constantFrom(...special), fc.float({ noDefaultInfinity: true }));
const integers = fc.oneof(fc.constantFrom(0, -(2 ** 31), 2 ** 31 - 1), fc.integer({ min: -3, max: 3 }));

/** A tensor of three axes, and one of them. */
const tensors = fc
  .record({
    shape: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 40 }), fc.nat({ max: 3 })),
    axis: fc.nat({ max: 2 }),
    dtype: fc.constantFrom("f32" as const, "i32" as const),
  })
  .chain(({ shape, axis, dtype }) => {
    const size = shape[0] * shape[1] * shape[2];
    const elements = fc.array(dtype === "f32" ? floats : integers, { minLength: size, maxLength: size, size: "max" });
    return fc.record({ axis: fc.constant(axis), x: elements.map((list) => ndArray(list, { shape, dtype })) });
  });

describe.each(["wasm-scalar", "wasm-simd"] as const)("%s", (backend) => {
  test("sorting, running sums and the largest element: the bits of the reference", async () => {
    await fc.assert(
      fc.asyncProperty(tensors, async ({ axis, x: value }) => {
        const x = input("x", value.shape, value.dtype as "f32");
        const outputs: Record<string, Node> = {
          ascending: argsort(x, axis),
          descending: argsort(x, axis, { descending: true }),
          ...(value.shape[axis]! > 0 && { best: argmax(x, axis) }),
          ...Object.fromEntries(
            [0, 1, 2, 3].map((i) => [`sum${i}`, cumulativeSum(x, axis, { reverse: i > 1, exclusive: i % 2 === 1 })]),
          ),
        };
        const runtime = await createRuntime({ backend });
        const { run } = await runtime.compile({ inputs: { x }, outputs });
        expect(runtime.report().programs[0]!.hostOps).toEqual([]);
        const results = run({ x: value });
        for (const [name, node] of Object.entries(outputs))
          expect(results[name]!.data, name).toEqual(evaluate(node, { x: value }, { precision: "f32" }).data);
      }),
      { numRuns: 60 },
    );
  });

  test("a long line is sorted", async () => {
    const x = input("x", [2, 10_000]);
    const runtime = await createRuntime({ backend });
    const { run } = await runtime.compile({ inputs: { x }, outputs: { sorted: sort(x), order: argsort(x, 1) } });
    const value = Float32Array.from({ length: 20_000 }, (_, i) => Math.fround(Math.sin(i * i)));
    const { sorted, order } = run({ x: value });
    expect([...sorted.data.subarray(0, 10_000)]).toEqual([...value.subarray(0, 10_000).toSorted()]);
    expect(new Set(order.data.subarray(10_000)).size).toBe(10_000);
  });
});

test.each([
  ["sorted", (i: number) => i],
  ["the other way round", (i: number) => -i],
  ["all equal", () => 0],
  ["in no order", (i: number) => Math.sin(i * i)],
  ["few different ones", (i: number) => i % 3],
])("sorting takes n log n comparisons: %s", (_, element) => {
  const count = 4096;
  const line = ndArray(Array.from({ length: count }, (_x, i) => element(i)));
  let reads = 0;
  const counted = new Proxy(line.data, {
    get: (data, key) => {
      if (typeof key === "string" && /^[0-9]+$/.test(key)) reads++;
      const value: unknown = Reflect.get(data, key, data);
      return typeof value === "function" ? (value.bind(data) as unknown) : value;
    },
  });
  const node = argsort(input("x", [count]));
  computeNode(node, [new NdArray(line.type, counted)], "unfused");
  expect(reads).toBeLessThan(4 * count * Math.log2(count));
});
