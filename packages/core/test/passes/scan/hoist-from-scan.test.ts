/** What leaves a scan for the time before it, and what stays. */
import {
  add,
  broadcastTo,
  concat,
  constant,
  exp,
  foldIn,
  gather,
  input,
  label,
  matmul,
  mul,
  param,
  placeholder,
  randomKey,
  randomUniform,
  scan,
  slice,
  tanh,
  transpose,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { expect, test } from "vitest";
import { applyScan } from "../../../src/ops/scan.js";
import { hoistFromScan } from "../../../src/passes/scan/hoist-from-scan.js";
import { expectUntouched } from "../same-bits.js";
import { expectPass } from "./near-values.js";
import { bodiesOf, countInside, printed, valuesFor } from "./printed.js";

const x = input("x", [3, 2, 2]);
const [W, V, U] = ["W", "V", "U"].map((name) =>
  param(name, [
    [0.5, -1],
    [0.25, 2],
  ]),
) as [FloatNode, FloatNode, FloatNode];
const b = param("b", [0.5, 0.25]);
const initial = input("h", [1, 2, 2]);

/** The states of a recurrence over x. */
function states(
  next: (h: FloatNode, x: FloatNode) => FloatNode,
  sequences: Readonly<Record<string, Node>> = { x },
): FloatNode {
  const { outputs } = scan({
    steps: 3,
    sequences,
    delays: { h: { initial } },
    step: (read) => {
      const h = next(read.delays.h, read.sequences["x"] as FloatNode);
      return { next: { h }, outputs: { h } };
    },
  });
  return outputs.h;
}

/** The step that is left. */
function countLeft(result: Node, name: string): number {
  const [body] = bodiesOf(expectPass(hoistFromScan, [result], valuesFor([result])));
  return countInside(body!, name);
}

test("the product of a sequence and a matrix is one product, with the bias that follows", () => {
  const before = states((h, x) => tanh(add(add(matmul(x, W), matmul(h, U)), b)));
  expect(printed(hoistFromScan, [before])).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = reshape(%0) {shape: [6, 2]} : f32[6, 2]
    %2 = param() : f32[2, 2] "W"
    %3 = matmul(%1, %2) : f32[6, 2]
    %4 = reshape(%3) {shape: [3, 2, 2]} : f32[3, 2, 2]
    %5 = param() : f32[2] "b"
    %6 = broadcastTo(%5) {shape: [2, 2]} : f32[2, 2]
    %7 = broadcastTo(%6) {shape: [3, 2, 2]} : f32[3, 2, 2]
    %8 = add(%4, %7) : f32[3, 2, 2]
    %9 = input() : f32[1, 2, 2] "h"
    %10 = param() : f32[2, 2] "U"
    %11 = scan(%8, %9, %10) {steps: 3}
      %0 = sequence : f32[2, 2] "add"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields stack %5, final %1
    %12 = scanResult(%11) {index: 0} : f32[3, 2, 2]
    return 0 = %12"
  `);
});

test("what a step computes from weights is computed once", () => {
  const [h, A, B] = [placeholder("h", [2, 2]), placeholder("A", [2, 2]), placeholder("B", [2, 2])];
  const joined = concat([mul(A, B), A], 1);
  const next = add(matmul(h, matmul(joined, transpose(joined))), broadcastTo(slice(B, { axis: 0, stop: 1 }), [2, 2]));
  const step = {
    steps: 3,
    reverse: false,
    recompute: false,
    sequences: [],
    delays: [{ placeholder: h, steps: 1, next }],
    invariants: [A, B],
  };
  const [last] = applyScan({ step, results: [{ kind: "final", delay: 0 }] }, [initial, W, V]);
  expect(printed(hoistFromScan, [last!])).toMatchInlineSnapshot(`
    "%0 = input() : f32[1, 2, 2] "h"
    %1 = param() : f32[2, 2] "W"
    %2 = param() : f32[2, 2] "V"
    %3 = mul(%1, %2) : f32[2, 2]
    %4 = concat(%3, %1) {axis: 1} : f32[2, 4]
    %5 = transpose(%4) {permutation: [1, 0]} : f32[4, 2]
    %6 = matmul(%4, %5) : f32[2, 2]
    %7 = slice(%2) {start: [0, 0], size: [1, 2], step: [1, 1]} : f32[1, 2]
    %8 = scan(%0, %6, %7) {steps: 3}
      %0 = z^-1(%5) : f32[2, 2] "h"
      %1 = invariant : f32[2, 2] "matmul"
      %2 = invariant : f32[1, 2] "slice"
      %3 = matmul(%0, %1) : f32[2, 2]
      %4 = broadcastTo(%2) {shape: [2, 2]} : f32[2, 2]
      %5 = add(%3, %4) : f32[2, 2]
      yields final %0
    %9 = scanResult(%8) {index: 0} : f32[1, 2, 2]
    return 0 = %9"
  `);
});

test("with a product goes what it is made of: lookups, elementwise ops, views", () => {
  const tokens = input("tokens", [3, 2], "i32");
  const table = param("table", [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const before = states(
    (h, index) => tanh(add(matmul(h, U), matmul(exp(transpose(gather(table, index as Node as IntNode))), W))),
    { x: tokens },
  );
  expect(printed(hoistFromScan, [before])).toMatchInlineSnapshot(`
    "%0 = param() : f32[3, 2] "table"
    %1 = input() : i32[3, 2] "tokens"
    %2 = gather(%0, %1) {axis: 0} : f32[3, 2, 2]
    %3 = transpose(%2) {permutation: [0, 2, 1]} : f32[3, 2, 2]
    %4 = exp(%3) : f32[3, 2, 2]
    %5 = reshape(%4) {shape: [6, 2]} : f32[6, 2]
    %6 = param() : f32[2, 2] "W"
    %7 = matmul(%5, %6) : f32[6, 2]
    %8 = reshape(%7) {shape: [3, 2, 2]} : f32[3, 2, 2]
    %9 = input() : f32[1, 2, 2] "h"
    %10 = param() : f32[2, 2] "U"
    %11 = scan(%8, %9, %10) {steps: 3}
      %0 = sequence : f32[2, 2] "matmul"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields stack %5, final %1
    %12 = scanResult(%11) {index: 0} : f32[3, 2, 2]
    return 0 = %12"
  `);
});

test("either operand may be the sequence, transposed or not", () => {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true])
      for (const swap of [false, true]) {
        const before = states((h, x) => {
          const [left, right] = swap ? [W, x] : [x, W];
          return tanh(add(h, matmul(left, right, { transposeA, transposeB })));
        });
        expect(countLeft(before, "matmul")).toBe(0);
      }
});

test("of a sum, all terms that depend on no earlier step are added outside", () => {
  const before = states((h, x) => tanh(add(add(b, matmul(h, U)), add(matmul(x, W), add(matmul(h, V), matmul(x, V))))));
  expect(countLeft(before, "matmul")).toBe(2);
  expect(countLeft(before, "add")).toBe(2);
});

test("a stack that depends on no earlier step is read from outside, and by the step too", () => {
  const { outputs } = scan({
    steps: 3,
    sequences: { x },
    delays: { h: { initial } },
    step: ({ sequences, delays }) => {
      const activated = label("activated", exp(sequences.x));
      return { next: { h: mul(delays.h, activated) }, outputs: { activated, h: delays.h, W } };
    },
  });
  expect(printed(hoistFromScan, [outputs.activated, outputs.h, outputs.W])).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = exp(%0) : f32[3, 2, 2] "activated"
    %2 = input() : f32[1, 2, 2] "h"
    %3 = scan(%1, %2) {steps: 3}
      %0 = sequence : f32[2, 2] "activated"
      %1 = z^-1(%2) : f32[2, 2] "h"
      %2 = mul(%1, %0) : f32[2, 2]
      yields stack %1, final %1
    %4 = scanResult(%3) {index: 0} : f32[3, 2, 2]
    %5 = param() : f32[2, 2] "W"
    %6 = broadcastTo(%5) {shape: [3, 2, 2]} : f32[3, 2, 2]
    return 0 = %1, 1 = %4, 2 = %6"
  `);
});

const key = randomKey(1);
test.each<readonly [string, FloatNode]>([
  ["cheap ops that no product needs", states((h, x) => tanh(add(mul(exp(x), h), b)))],
  ["products of two sequences", states((h, x) => tanh(add(h, matmul(x, exp(x)))))],
  ["products with the state", states((h) => tanh(matmul(h, U)))],
  ["a broadcast", states((h) => mul(h, constant(0.5)))],
  [
    "what cannot be computed for all steps at once",
    states((h, step) => add(h, matmul(randomUniform(foldIn(key, step as Node as IntNode), [2, 2]), W)), {
      x: input("step", [3], "i32"),
    }),
  ],
])("%s stay", (_, result) => {
  expectUntouched(hoistFromScan.run([result]), [result]);
});
