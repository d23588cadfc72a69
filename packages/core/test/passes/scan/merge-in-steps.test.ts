/** Products of one step that become one. */
import { add, input, label, matmul, param, tanh, topologicalOrder, type FloatNode, type Node } from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { placeholder } from "../../../src/graph/leaves.js";
import type { ScanStep } from "../../../src/graph/scan-body.js";
import { applyScan } from "../../../src/ops/scan.js";
import { insideScans } from "../../../src/passes/inside-scans.js";
import { mergeMatmulsIn } from "../../../src/passes/merge-matmuls.js";
import { mergeProductSums } from "../../../src/passes/scan/merge-product-sums.js";
import { insideOf } from "../../../src/passes/surroundings.js";
import { expectPass } from "./near-values.js";
import { bodiesOf, countInside, printed, valuesFor } from "./printed.js";

const [B, H, T] = [3, 8, 40];
const mergeSums = insideScans((results, step) => mergeProductSums(step).run(results));
const mergeProducts = insideScans((results, step) => mergeMatmulsIn(insideOf(step, false)).run(results));
const mergeExactly = insideScans((results, step) => mergeMatmulsIn(insideOf(step, true)).run(results));

interface Drawn {
  readonly next: FloatNode;
  readonly outputs?: readonly Node[];
}

/** A scan over x with a state h and matrices V and W that are the same at every step; batch size 1 if it says so. */
function recurrence(draw: (h: FloatNode, x: FloatNode, V: FloatNode, W: FloatNode) => Drawn, batch = B): Node[] {
  const [h, x] = [placeholder("h", [batch, H]), placeholder("x", [batch, H])];
  const [V, W] = [placeholder("V", [H, H]), placeholder("W", [H, H])];
  const { next, outputs = [] } = draw(h, x, V, W);
  const step: ScanStep = {
    steps: T,
    reverse: false,
    recompute: false,
    sequences: [x],
    delays: [{ placeholder: h, steps: 1, next }],
    invariants: [V, W],
  };
  const results = outputs.map((node) => ({ kind: "stack", node }) as const);
  const weight = (name: string): FloatNode => param(name, drawValue(reals([H, H]), 1, name));
  return applyScan({ step, results: [...results, { kind: "final", delay: 0 }] }, [
    input("x", [T, batch, H]),
    input("initial", [1, batch, H]),
    weight("V"),
    weight("W"),
  ]);
}

const countProducts = (results: readonly Node[]): number => countInside(bodiesOf(results)[0]!, "matmul");

test("products of one operand with matrices that are the same at every step become one", () => {
  const before = recurrence((h, _, V, W) => ({ next: tanh(add(tanh(matmul(h, V)), matmul(h, W))) }));
  expect(printed(mergeProducts, before)).toMatchInlineSnapshot(`
    "%0 = input() : f32[40, 3, 8] "x"
    %1 = input() : f32[1, 3, 8] "initial"
    %2 = param() : f32[8, 8] "V"
    %3 = param() : f32[8, 8] "W"
    %4 = scan(%0, %1, %2, %3) {steps: 40}
      %0 = sequence : f32[3, 8] "x"
      %1 = z^-1(%10) : f32[3, 8] "h"
      %2 = invariant : f32[8, 8] "V"
      %3 = invariant : f32[8, 8] "W"
      %4 = concat(%2, %3) {axis: 1} : f32[8, 16]
      %5 = matmul(%1, %4) : f32[3, 16]
      %6 = slice(%5) {start: [0, 0], size: [3, 8], step: [1, 1]} : f32[3, 8]
      %7 = tanh(%6) : f32[3, 8]
      %8 = slice(%5) {start: [0, 8], size: [3, 8], step: [1, 1]} : f32[3, 8]
      %9 = add(%7, %8) : f32[3, 8]
      %10 = tanh(%9) : f32[3, 8]
      yields final %1
    %5 = scanResult(%4) {index: 0} : f32[1, 3, 8]
    return 0 = %5"
  `);
});

test("joining matrices once for all steps pays at batch size 1; at every step it does not", () => {
  const before = recurrence((h, _, V, W) => ({ next: tanh(add(tanh(matmul(h, V)), matmul(h, W))) }), 1);
  expect(countProducts(mergeProducts.run(before))).toBe(1);
  expect(countProducts(mergeExactly.run(before))).toBe(2);
});

test("a sum of products becomes one product", () => {
  const before = recurrence((h, x, V, W) => ({
    next: tanh(add(add(matmul(tanh(h), V), x), label("second", matmul(h, W)))),
  }));
  expect(printed(mergeSums, before)).toMatchInlineSnapshot(`
    "%0 = input() : f32[40, 3, 8] "x"
    %1 = input() : f32[1, 3, 8] "initial"
    %2 = param() : f32[8, 8] "V"
    %3 = param() : f32[8, 8] "W"
    %4 = scan(%0, %1, %2, %3) {steps: 40}
      %0 = sequence : f32[3, 8] "x"
      %1 = z^-1(%9) : f32[3, 8] "h"
      %2 = invariant : f32[8, 8] "V"
      %3 = invariant : f32[8, 8] "W"
      %4 = tanh(%1) : f32[3, 8]
      %5 = concat(%1, %4) {axis: 1} : f32[3, 16]
      %6 = concat(%3, %2) {axis: 0} : f32[16, 8]
      %7 = matmul(%5, %6) : f32[3, 8]
      %8 = add(%0, %7) : f32[3, 8]
      %9 = tanh(%8) : f32[3, 8]
      yields final %1
    %5 = scanResult(%4) {index: 0} : f32[1, 3, 8]
    return 0 = %5"
  `);
});

test("products that are sums' twice, and those that could leave the loop, are left", () => {
  const twice = recurrence((h, _, V, W) => {
    const product = matmul(h, V);
    return { next: tanh(add(product, matmul(tanh(h), W))), outputs: [product] };
  });
  const independent = recurrence((h, x, V, W) => ({ next: tanh(add(matmul(h, V), matmul(x, W))) }));
  for (const before of [twice, independent]) expect(countProducts(mergeSums.run(before))).toBe(2);
});

describe("products computed at different times stay apart:", () => {
  test.each<readonly [string, (h: FloatNode, x: FloatNode, V: FloatNode, W: FloatNode) => Drawn]>([
    ["for the next step, and after the scan", (h, _, V, W) => ({ next: tanh(matmul(h, V)), outputs: [matmul(h, W)] })],
    ["before the scan, and for the next step", (h, x, V) => ({ next: tanh(add(matmul(x, V), matmul(h, V))) })],
  ])("%s", (_, draw) => {
    const before = recurrence(draw);
    expect(topologicalOrder(expectPass(mergeProducts, before, valuesFor(before))).length).toBe(
      topologicalOrder(before).length,
    );
    expect(countProducts(mergeProducts.run(before))).toBe(2);
  });
});
