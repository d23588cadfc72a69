/** Kernels as text. */
import { expect, test } from "vitest";
import { expressionBuilder, type LaneExpression } from "../../src/codegen/lane-expression.js";
import type { LoopNest } from "../../src/codegen/loop-nest.js";
import { printKernel } from "../../src/codegen/print-kernel.js";

test("a nest with everything", () => {
  const b = expressionBuilder();
  const x = b.load({ operand: 0, constant: 2, strides: [4, -1], indirect: [] }, "f32");
  const index = b.load({ operand: 1, constant: 0, strides: [1, 0], indirect: [] }, "i32");
  const indirect = [{ index, stride: 4, extent: 9 }];
  const y = b.load({ operand: 0, constant: 0, strides: [0, 1], indirect }, "f32");
  const shifted = b.shiftLeft(b.index(1), 3);
  const value = b.fma(x, y, b.add(b.toFloat(shifted), b.constant(-0, "f32"))) as LaneExpression;
  const nest: LoopNest = {
    kind: "loop-nest",
    shape: [3, 4],
    operands: ["f32", "i32", "f32", "f32"],
    stores: [
      { access: { operand: 2, constant: 0, strides: [4, 1], indirect: [] }, value, mode: { kind: "set" } },
      { access: { operand: 3, constant: 0, strides: [0, 1], indirect }, value: x, mode: { kind: "accumulate" } },
    ],
  };
  expect(printKernel(nest)).toMatchInlineSnapshot(`
    "for i0 < 3, i1 < 4 over p0: f32, p1: i32, p2: f32, p3: f32
      %0: f32 = p0[2 + 4 i0 + -1 i1]
      %1: i32 = p1[0 + 1 i0]
      %2: f32 = p0[0 + 1 i1 + 4 (%1 < 9)]
      %3: i32 = shiftLeft(i1, 3)
      %4: f32 = toFloat(%3)
      %5: f32 = add(%4, -0 f32)
      %6: f32 = fma(%0, %2, %5)
      p2[0 + 4 i0 + 1 i1] = %6
      p3[0 + 1 i1 + 4 (%1 < 9)] += %0"
  `);
});

test("a reduction, and a nest without axes", () => {
  const b = expressionBuilder();
  const x = b.load({ operand: 0, constant: 0, strides: [1], indirect: [] }, "f32");
  const sum: LoopNest = {
    kind: "loop-nest",
    shape: [7],
    operands: ["f32", "f32"],
    stores: [
      {
        access: { operand: 1, constant: 0, strides: [0], indirect: [] },
        value: x,
        mode: { kind: "reduce", combine: "max", identity: -Infinity },
      },
    ],
  };
  expect(printKernel(sum)).toMatchInlineSnapshot(`
    "for i0 < 7 over p0: f32, p1: f32
      %0: f32 = p0[0 + 1 i0]
      p1[0] = max from -Infinity of %0"
  `);
  const access = { operand: 0, constant: 0, strides: [], indirect: [] };
  const value = b.constant(1, "bool") as LaneExpression;
  expect(
    printKernel({
      kind: "loop-nest",
      shape: [],
      operands: ["bool"],
      stores: [{ access, value, mode: { kind: "set" } }],
    }),
  ).toMatchInlineSnapshot(`
    "for once over p0: bool
      p0[0] = 1 bool"
  `);
});

test("functions of the host are told apart by identity", () => {
  const kernel = (f: (x: number) => number): LoopNest => {
    const b = expressionBuilder();
    const access = { operand: 0, constant: 0, strides: [1], indirect: [] };
    const value = b.host(f, "f32", b.load(access, "f32")) as LaneExpression;
    return { kind: "loop-nest", shape: [2], operands: ["f32"], stores: [{ access, value, mode: { kind: "set" } }] };
  };
  const [f, g] = [(x: number) => x + 1, (x: number) => x + 1];
  expect(printKernel(kernel(f))).toBe(printKernel(kernel(f)));
  expect(printKernel(kernel(f))).not.toBe(printKernel(kernel(g)));
});

test("products and packing", () => {
  const matrix = { row: 8, column: 1 };
  expect(
    printKernel({
      kind: "matmul",
      rows: 2,
      inner: 3,
      columns: 8,
      a: { row: 1, column: 2 },
      b: "packed",
      panels: 1,
      c: 8,
      init: { row: 0, column: 1 },
    }),
  ).toMatchInlineSnapshot(`
    "matmul [2, 3] × [3, 8]
      a rows 1 columns 2
      b packed into 1 panels
      c rows 8
      init rows 0 columns 1"
  `);
  expect(printKernel({ kind: "pack", inner: 3, columns: 8, b: matrix, panels: 2 })).toMatchInlineSnapshot(
    `"pack [3, 8] rows 8 columns 1 into 2 panels"`,
  );
});
