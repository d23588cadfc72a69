/** Products with a matrix that does not lie in memory as one: a block of its rows at a time is copied, never all of it. */
import { add, evaluateAll, extractPatches, input, matmul, ndArray, reshape, transpose } from "@unfold/core";
import type { FloatNode, NdArray, Node, PatchWindow } from "@unfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LoopProgram } from "../../src/codegen/loop-program.js";
import { runLowered } from "./reference/run-lowered.js";

/** Small whole numbers: sums of their products are exact in any order. */
function numbers({ shape }: Node, seed: number): NdArray {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return ndArray(
    Array.from({ length: size }, (_, i) => ((i * (seed + 5)) % 7) - 3),
    { shape: [...shape] },
  );
}

/** Runs products of the matrix, which has more elements than two blocks: by rows, and of its rows summed; with and without a sum. */
function expectBlocks(x: FloatNode, matrix: FloatNode): LoopProgram {
  const [rows, inner] = matrix.shape as [number, number];
  const inputs = {
    x,
    ...{ k: input("k", [inner, 3]), bias: input("bias", [3]) },
    ...{ y: input("y", [rows, 2]), start: input("start", [inner, 2]) },
  };
  const { k, bias, y, start } = inputs;
  const summed = matmul(matrix, y, { transposeA: true });
  const outputs = {
    rows: matmul(matrix, k),
    biased: add(matmul(matrix, k), bias),
    summed,
    added: add(start, matmul(matrix, y, { transposeA: true })),
    stacked: reshape(matmul(matrix, k), [1, rows, 3]),
  };
  const values = Object.fromEntries(Object.entries(inputs).map(([name, node], i) => [name, numbers(node, i)]));
  const expected = evaluateAll(outputs, values, { precision: "f32" });
  const { outputs: actual, program } = runLowered({ inputs, outputs, values });
  for (const [name, { data }] of Object.entries(expected)) expect(actual[name], name).toEqual([...data]);
  return program;
}

/** Elements of the largest buffer that is no input. */
function largest({ buffers, inputs }: LoopProgram): number {
  return Math.max(...buffers.filter((buffer) => !inputs.includes(buffer)).map(({ size }) => size));
}

function patchRows(x: FloatNode, window: PatchWindow): FloatNode {
  const patches = extractPatches(x, window);
  const rows = patches.shape.slice(0, 1 + window.kernel.length).reduce((product, extent) => product * extent, 1);
  return reshape(patches, [rows, patches.shape.slice(1 + window.kernel.length).reduce((a, b) => a * b, 1)]);
}

test("patches of any window", () => {
  const small = fc.integer({ min: 1, max: 2 });
  const axis = fc.record({ kernel: fc.integer({ min: 2, max: 3 }), stride: small, dilation: small });
  const batch = fc.constantFrom(1, 2, 3, 8);
  fc.assert(
    fc.property(batch, axis, axis, fc.constantFrom(1, 3, 4), (count, rows, columns, channels) => {
      // As many windows as make more than two blocks, in a number that can be divided.
      const windows = 4 * Math.ceil(Math.sqrt(40000 / (count * rows.kernel * columns.kernel * channels)) / 4);
      const sizeOf = ({ kernel, stride, dilation }: typeof rows): number =>
        (windows - 1) * stride + dilation * (kernel - 1) + 1;
      const x = input("x", [count, sizeOf(rows), sizeOf(columns), channels]);
      const [kernel, stride, dilation] = (["kernel", "stride", "dilation"] as const).map((name) => [
        rows[name],
        columns[name],
      ]);
      const matrix = patchRows(x, { kernel: kernel!, stride: stride!, dilation: dilation! });
      const [total, inner] = matrix.shape as [number, number];
      expect(largest(expectBlocks(x, matrix))).toBeLessThan(total * inner);
    }),
    { numRuns: 20 },
  );
});

test("sequences whose first axes change places", () => {
  const x = input("x", [33, 24, 64]);
  expect(largest(expectBlocks(x, reshape(transpose(x, [1, 0, 2]), [24 * 33, 64])))).toBeLessThan(24 * 33 * 64);
});

test("a matrix that is small, or lies as one, is taken whole", () => {
  const isLoop = ({ kind }: { readonly kind: string }): boolean => kind === "loop";
  const small = input("x", [2, 20, 4]);
  expect(expectBlocks(small, patchRows(small, { kernel: [3] })).statements.some(isLoop)).toBe(false);
  const whole = input("x", [3, 1000, 20]);
  expect(expectBlocks(whole, reshape(whole, [3000, 20])).statements.some(isLoop)).toBe(false);
});
