/** Products that share an operand. */
import {
  add,
  concat,
  exp,
  input,
  label,
  matmul,
  param,
  printGraph,
  reshape,
  slice,
  split,
  stack,
  tanh,
  topologicalOrder,
  unstack,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { mergeMatmuls } from "../../src/passes/merge-matmuls.js";
import { optimize } from "../../src/passes/pipeline.js";
import { byNumber, expectSameBits, expectUntouched, passesAt, precisions } from "./same-bits.js";

const draw = (shape: readonly number[], name: string): NdArray => drawValue(reals(shape), 1, name);
const weight = (name: string, shape: readonly number[]): FloatNode => param(name, draw(shape, name));
const x = input("x", [20, 30]);
const sequence = input("s", [5, 16, 30]);
const values = { x: draw([20, 30], "x"), s: draw([5, 16, 30], "s") };
const countProducts = (results: readonly Node[]): number =>
  topologicalOrder(results).filter(({ op }) => op.name === "matmul").length;

function expectMerged(results: readonly Node[], products: number): readonly Node[] {
  const merged = mergeMatmuls.run(results);
  expect(countProducts(merged), printGraph(byNumber(merged))).toBe(products);
  for (const precision of precisions) expectSameBits(results, merged, values, precision);
  return merged;
}

test("products with one left operand become one, by columns", () => {
  const [W, V] = [weight("W", [30, 40]), weight("V", [30, 24])];
  const merged = expectMerged([label("gate", matmul(x, W)), matmul(x, V)], 1);
  expect(printGraph(byNumber(merged))).toMatchInlineSnapshot(`
    "%0 = input() : f32[20, 30] "x"
    %1 = param() : f32[30, 40] "W"
    %2 = param() : f32[30, 24] "V"
    %3 = concat(%1, %2) {axis: 1} : f32[30, 64]
    %4 = matmul(%0, %3) : f32[20, 64]
    %5 = slice(%4) {start: [0, 0], size: [20, 40], step: [1, 1]} : f32[20, 40] "gate"
    %6 = slice(%4) {start: [0, 40], size: [20, 24], step: [1, 1]} : f32[20, 24]
    return 0 = %5, 1 = %6"
  `);
});

test("products with one right operand become one, by rows", () => {
  const [A, B, C] = [weight("A", [20, 30]), weight("B", [16, 30]), weight("C", [24, 30])];
  expectMerged([matmul(A, matmul(x, C, { transposeB: true }), { transposeA: true })], 2);
  const right = exp(reshape(slice(x, { axis: 1, stop: 20 }), [20, 20]));
  expectMerged([matmul(A, right, { transposeA: true }), matmul(weight("D", [20, 9]), right, { transposeA: true })], 1);
  expectMerged([matmul(B, x, { transposeB: true }), matmul(C, x, { transposeB: true })], 1);
});

test("transposed weights are joined along the other axis", () => {
  const [W, V] = [weight("W", [40, 30]), weight("V", [24, 30])];
  expectMerged([matmul(x, W, { transposeB: true }), matmul(x, V, { transposeB: true })], 1);
});

test("the rows of a sequence, one product per step, become one product before the steps", () => {
  const [W, U] = [weight("W", [30, 32]), weight("U", [32, 32])];
  let h: FloatNode = input("h", [16, 32]);
  const states: FloatNode[] = [];
  for (const step of unstack(sequence)) {
    h = tanh(add(matmul(step, W), matmul(h, U)));
    states.push(h);
  }
  const fed = { ...values, h: draw([16, 32], "h") };
  const before = [stack(states)];
  const after = mergeMatmuls.run(before);
  expect([countProducts(before), countProducts(after)]).toEqual([10, 6]);
  for (const precision of precisions) expectSameBits(before, after, fed, precision);
});

test("gates of all steps become one product in two rounds", () => {
  const gates = [weight("W1", [30, 20]), weight("W2", [30, 20]), weight("W3", [30, 20])];
  const before = unstack(sequence).flatMap((step) => gates.map((W) => tanh(matmul(step, W))));
  for (const precision of precisions) {
    const { results } = optimize(before, passesAt(precision));
    expect([countProducts(before), countProducts(results)]).toEqual([15, 1]);
    expectSameBits(before, results, values, precision);
  }
});

test("ranges join where one ends and the next begins", () => {
  const W = weight("W", [30, 32]);
  const rows = split(input("r", [9, 30]), [1, 2, 2, 3, 1], 0);
  const before = [rows[0]!, rows[1]!, rows[3]!, rows[4]!].map((row) => matmul(row, W));
  const after = mergeMatmuls.run(before.toReversed());
  expect(countProducts(after)).toBe(2);
  for (const precision of precisions) expectSameBits(before.toReversed(), after, { r: draw([9, 30], "r") }, precision);
});

test("a source that is itself merged is read where it is now", () => {
  const [W, V, U] = [weight("W", [30, 32]), weight("V", [32, 32]), weight("U", [30, 32])];
  const first = [matmul(x, W), matmul(x, U)];
  const second = first.flatMap((product) => split(product, 2, 0).map((part) => matmul(part, V)));
  expectMerged(second, 3);
  const steps = unstack(sequence).map((step) => matmul(step, W));
  expectMerged(
    steps.flatMap((product) => split(product, 2, 0).map((part) => matmul(part, V))),
    6,
  );
});

describe("it leaves", () => {
  const [W, V] = [weight("W", [30, 40]), weight("V", [30, 24])];
  const step = unstack(sequence)[0]!;
  test.each<readonly [string, readonly Node[]]>([
    ["one product", [matmul(x, W)]],
    ["other settings", [matmul(x, W), matmul(x, weight("T", [24, 30]), { transposeB: true })]],
    ["batches of matrices", [matmul(stack([x, x]), stack([W, W])), matmul(stack([x, x]), stack([V, V]))]],
    ["operands that are computed", [matmul(x, exp(W)), matmul(x, exp(V))]],
    [
      "one row, where joining the weights costs as much as the product",
      [matmul(slice(x, { axis: 0, stop: 1 }), W), matmul(slice(x, { axis: 0, stop: 1 }), V)],
    ],
    ["ranges with a gap", [matmul(step, W), matmul(unstack(sequence)[2]!, W)]],
    ["columns, which are no ranges", split(concat([x, x], 1), 2, 1).map((part) => matmul(exp(part), W))],
  ])("%s", (_, results) => {
    expectUntouched(mergeMatmuls.run(results), results);
  });

  test("results that cost more to cut than to compute", () => {
    const narrow = [weight("n1", [3, 40]), weight("n2", [3, 40])];
    const left = input("l", [20, 3]);
    const results = narrow.map((N) => matmul(left, N));
    expectUntouched(mergeMatmuls.run(results), results);
  });
});

test("one row at a time pays when many steps join the same weights", () => {
  const gates = [weight("G1", [30, 40]), weight("G2", [30, 40])];
  const rows = Array.from({ length: 12 }, (_, i) => tanh(input(`x${i}`, [1, 30])));
  const before = rows.flatMap((row) => gates.map((W) => matmul(row, W)));
  const after = mergeMatmuls.run(before);
  expect(countProducts(after)).toBe(12);
  expect(topologicalOrder(after).filter(({ op }) => op.name === "concat").length).toBe(1);
  const fed = Object.fromEntries(rows.map((_, i) => [`x${i}`, draw([1, 30], `x${i}`)]));
  expectSameBits(before, after, fed, "f32");
});
