/** Nests that take paths of their own: long sums and columns, rows in bulk, transposed copies, limits, refused indices. */
import { describe, expect, test } from "vitest";
import { expressionBuilder, type LaneExpression } from "../../../src/codegen/lane-expression.js";
import type { Access, LoopNest, Store } from "../../../src/codegen/loop-nest.js";
import type { Target } from "../../../src/codegen/wasm/target.js";
import type { Lane } from "../../../src/graph/emitter.js";
import type { DType } from "../../../src/tensor/dtype.js";
import { SPECIAL } from "./choose-expression.js";
import { seededChoices } from "./choose.js";
import { compileNest, IndexRefused, type Refusal } from "./compile-nest.js";
import { expectAgreement } from "./expect-agreement.js";
import { createMemory } from "./operand-memory.js";
import { TARGETS } from "./targets.js";

function access(operand: number, strides: readonly number[], constant = 0): Access {
  return { operand, constant, strides, indirect: [] };
}

function setStore(target: Access, value: Lane): Store {
  return { access: target, value: value as LaneExpression, mode: { kind: "set" } };
}

function reduceStore(target: Access, value: Lane, combine: "add" | "min" | "max"): Store {
  const identity = { add: 0, min: Infinity, max: -Infinity }[combine];
  return { access: target, value: value as LaneExpression, mode: { kind: "reduce", combine, identity } };
}

function nestOf(shape: readonly number[], operands: readonly DType[], ...stores: readonly Store[]): LoopNest {
  return { kind: "loop-nest", shape, operands, stores };
}

function expectNest(nest: LoopNest, target: Target): void {
  expectAgreement({ nest, indexOperands: new Set() }, target, 1, true);
}

describe.each(TARGETS)("%s", (_, target) => {
  test.each([
    [400, 257],
    [1600, 300],
    [50, 1500],
    [401, 300],
    [3000, 5],
    [5000, 1],
    [3, 20000],
    [1, 100000],
  ])("sums of %i rows and %i columns", (rows, columns) => {
    const b = expressionBuilder();
    const x = b.load(access(0, [columns, 1]), "f32");
    expectNest(nestOf([rows, columns], ["f32", "f32"], reduceStore(access(1, [0, 1]), x, "add")), target);
    expectNest(nestOf([rows, columns], ["f32", "f32"], reduceStore(access(1, [1, 0]), x, "add")), target);
    const stores = [
      reduceStore(access(1, [0, 1]), x, "max"),
      reduceStore(access(2, [0, 1]), b.mul(x, x), "add"),
      reduceStore(access(3, [0, 1]), x, "min"),
    ];
    expectNest(nestOf([rows, columns], ["f32", "f32", "f32", "f32"], ...stores), target);
  });

  test("long sums are far more accurate than one addition after the other", () => {
    const count = 1_000_000;
    const b = expressionBuilder();
    const x = b.load(access(0, [1]), "f32");
    const memory = createMemory(64);
    const floats = new Float32Array(memory.buffer);
    floats.fill(0.1, 0, count);
    const nest = nestOf([count], ["f32", "f32"], reduceStore(access(1, [0]), x, "add"));
    compileNest(nest, target, memory)(0, 4 * count);
    const exact = count * Math.fround(0.1);
    // One after the other, the error is 1 %.
    expect(Math.abs(floats[count]! - exact) / exact).toBeLessThan(2e-5);
  });

  test.each([0, 15, 16, 255, 256, 1024, 1027, 5000])("rows of %i elements copied and filled", (columns) => {
    for (const dtype of ["f32", "i32", "bool"] as const) {
      const b = expressionBuilder();
      const from = b.load(access(0, [columns + 3, 1], 2), dtype);
      expectNest(nestOf([3, columns], [dtype, dtype], setStore(access(1, [columns, 1], 1), from)), target);
      for (const value of dtype === "f32" ? [0, -0, 1] : [0, 1]) {
        const filling = b.constant(value, dtype);
        expectNest(nestOf([3, columns], [dtype], setStore(access(0, [columns + 1, 1]), filling)), target);
      }
    }
  });

  test.each([
    [8, 8],
    [33, 70],
    [128, 9],
  ])("a transposed copy of %i rows and %i columns", (rows, columns) => {
    const b = expressionBuilder();
    const x = b.load(access(0, [1, rows]), "f32");
    const y = b.load(access(1, [columns, 1]), "f32");
    const stores = [setStore(access(2, [columns, 1]), b.add(x, y)), setStore(access(3, [columns, 1]), x)];
    expectNest(nestOf([rows, columns], ["f32", "f32", "f32", "f32"], ...stores), target);
  });

  test("least and largest of floats and constants, every special value with every other", () => {
    const memory = createMemory(1);
    const floats = new Float32Array(memory.buffer);
    floats.set(SPECIAL);
    for (const limit of SPECIAL) {
      for (const operation of ["min", "max"] as const) {
        const b = expressionBuilder();
        const [x, c] = [b.load(access(0, [1]), "f32"), b.constant(limit, "f32")];
        const stores = [
          setStore(access(1, [1]), b[operation](x, c)),
          setStore(access(2, [1]), b[operation](c, x)),
          setStore(access(3, [0]), b[operation](c, c)),
        ];
        const nest = nestOf([SPECIAL.length], ["f32", "f32", "f32", "f32"], ...stores);
        compileNest(nest, target, memory)(0, 1024, 2048, 4096);
        const expected = SPECIAL.map((value) => Math[operation](Math.fround(value), Math.fround(limit)));
        for (const at of [256, 512]) expect([...floats.slice(at, at + SPECIAL.length)]).toEqual(expected);
      }
    }
  });

  test("NaN is the least and the largest of all", () => {
    const memory = createMemory(1);
    const floats = new Float32Array(memory.buffer);
    for (let at = 0; at < 37; at++) {
      floats.fill(1, 0, 37);
      floats[at] = at % 2 === 0 ? NaN : -NaN;
      for (const combine of ["min", "max"] as const) {
        const b = expressionBuilder();
        const x = b.load(access(0, [1]), "f32");
        compileNest(nestOf([37], ["f32", "f32"], reduceStore(access(1, [0]), x, combine)), target, memory)(0, 1024);
        expect(floats[256]).toBeNaN();
      }
    }
  });

  test("a shape without axes, and a reduction of nothing", () => {
    const b = expressionBuilder();
    const x = b.load(access(0, []), "f32");
    expectNest(nestOf([], ["f32", "f32"], setStore(access(1, []), b.fma(x, x, x))), target);
    for (const combine of ["add", "min", "max"] as const) {
      const y = b.load(access(0, [0, 1, 3]), "f32");
      expectNest(nestOf([3, 0, 5], ["f32", "f32"], reduceStore(access(1, [5, 0, 1]), y, combine)), target);
    }
  });

  test("an expression of thousands of operations in a row", () => {
    const b = expressionBuilder();
    const x = b.load(access(0, [1]), "f32");
    let value: Lane = x;
    let expected = 0.75;
    for (let i = 0; i < 20_000; i++) {
      value = i % 2 === 0 ? b.mul(value, x) : b.add(value, b.constant(i, "f32"));
      expected = Math.fround(i % 2 === 0 ? expected * 0.75 : expected + i);
    }
    const memory = createMemory(1);
    const floats = new Float32Array(memory.buffer);
    floats.fill(0.75, 0, 9);
    compileNest(nestOf([9], ["f32", "f32"], setStore(access(1, [1]), value)), target, memory)(0, 1024);
    expect([...floats.subarray(256, 265)]).toEqual(new Array(9).fill(expected));
  });

  test.each([
    ["equal along rows", [1, 0]],
    ["different for every element", [7, 1]],
  ])("an index out of range, %s, is refused before anything is touched", (_name, strides) => {
    const b = expressionBuilder();
    const index = b.load(access(1, strides), "i32");
    const at: Access = { operand: 0, constant: 0, strides: [0, 5], indirect: [{ index, stride: 1, extent: 4 }] };
    const nests = [
      nestOf([6, 7], ["f32", "i32", "f32"], setStore(access(2, [7, 1]), b.load(at, "f32"))),
      nestOf([6, 7], ["f32", "i32", "f32"], {
        ...setStore(at, b.load(access(2, [7, 1]), "f32")),
        mode: { kind: "accumulate" },
      }),
    ];
    const choose = seededChoices(3);
    for (const nest of nests) {
      for (const bad of [-1, 4, 2 ** 31 - 1, -(2 ** 31)]) {
        const memory = createMemory(1);
        const ints = new Int32Array(memory.buffer);
        const run = compileNest(nest, target, memory);
        // Indices from byte 1024 on; the data start at 2048 and 4096.
        const iteration = choose.int(0, 41);
        const place = 256 + Math.floor(iteration / 7) * strides[0]! + (iteration % 7) * strides[1]!;
        ints[place] = bad;
        const refusal = catchRefused(() => {
          run(2048, 1024, 4096, 12);
        });
        expect(refusal).toEqual({ where: 12, operand: 1, pointer: 1024, extent: 4 });
        ints[place] = 3;
        run(2048, 1024, 4096, 12);
      }
    }
  });
});

function catchRefused(run: () => void): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof IndexRefused) return error.refusal;
    throw error;
  }
  throw new Error("nothing was refused");
}
