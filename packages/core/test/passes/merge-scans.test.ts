/** Scans that are one: the loss and its gradient run the recurrence once, and nothing is computed that nobody reads. */
import {
  add,
  constant,
  gradient,
  hessianVectorProduct,
  input,
  matmul,
  mul,
  ndArray,
  param,
  printGraph,
  scan,
  sum,
  tanh,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { scanOp } from "../../src/ops/scan.js";
import { mergeScans } from "../../src/passes/merge-scans.js";
import { optimize } from "../../src/passes/pipeline.js";
import { byNumber, expectSameBits, expectUntouched, passesAt, precisions } from "./same-bits.js";

const w = param("w", [
  [0.5, -0.25],
  [0.125, 0.75],
]);
const x = input("x", [3, 1, 2]);
const values = { x: ndArray([0.5, -1, 2, 0.25, -0.5, 1], { shape: [3, 1, 2] }) };

/** h[t] = tanh(x[t] + h[t - 1] w), and with it what nobody may need: s[t] = s[t - 1] + h[t]. */
function network(sequence: FloatNode): { readonly h: FloatNode; readonly s: FloatNode; readonly last: FloatNode } {
  const { outputs, final } = scan({
    steps: 3,
    sequences: { x: sequence },
    delays: { h: { initial: constant([[[0, 0]]]) }, s: { initial: constant([[[0, 0]]]) } },
    step: ({ sequences, delays }) => {
      const h = tanh(add(sequences.x, matmul(delays.h, w)));
      const s = add(delays.s, h);
      return { next: { h, s }, outputs: { h, s } };
    },
  });
  return { ...outputs, last: final.h };
}

function scansOf(nodes: readonly Node[]): Node[] {
  return topologicalOrder(nodes).filter(({ op }) => op === scanOp);
}

function expectScans(
  before: readonly Node[],
  counts: { readonly before: number; readonly after: number },
): readonly Node[] {
  expect(scansOf(before).length).toBe(counts.before);
  const after = mergeScans.run(before);
  expect(scansOf(after).length).toBe(counts.after);
  for (const precision of precisions) expectSameBits(before, after, values, precision);
  expectUntouched(mergeScans.run(after), after);
  return after;
}

describe("of one network", () => {
  test("a loss and its gradient take one scan forwards and one backwards", () => {
    const loss = sum(mul(network(x).h, 2));
    expectScans([loss, ...gradient(loss, [w, x])], { before: 3, after: 2 });
  });

  test("so they do for a network upon another", () => {
    const { h } = network(network(x).h);
    expectScans([sum(h), ...gradient(sum(h), [w, x])], { before: 6, after: 4 });
  });

  test("products with the Hessian run forwards once, with tangents once more", () => {
    const loss = sum(mul(network(x).h, 2));
    const products = hessianVectorProduct(loss, [w], [w]);
    expectScans([loss, ...gradient(loss, [w]), ...products], { before: 6, after: 4 });
  });
});

test("results, delays, sequences and invariants that nobody needs go", () => {
  const { last } = network(x);
  const [after] = expectScans([last], { before: 1, after: 1 });
  expect(printGraph(after!)).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 1, 2] "x"
    %1 = constant() {value: [0, 0]} : f32[1, 1, 2]
    %2 = param() : f32[2, 2] "w"
    %3 = scan(%0, %1, %2) {steps: 3}
      %0 = sequence : f32[1, 2] "x"
      %1 = z^-1(%5) : f32[1, 2] "h"
      %2 = invariant : f32[2, 2] "w"
      %3 = matmul(%1, %2) : f32[1, 2]
      %4 = add(%0, %3) : f32[1, 2]
      %5 = tanh(%4) : f32[1, 2]
      yields final %1
    %4 = scanResult(%3) {index: 0} : f32[1, 1, 2]
    return %4"
  `);
});

test("what a step only reads comes from outside", () => {
  const { outputs } = scan({
    steps: 3,
    sequences: { x },
    step: ({ sequences }) => ({ next: {}, outputs: { x: sequences.x, w } }),
  });
  const after = expectScans([outputs.x, outputs.w], { before: 1, after: 0 });
  expect(after[0]).toBe(x);
});

test("scans of other inputs, or of other steps, stay apart", () => {
  const other = input("other", [3, 1, 2]);
  const before = [network(x).h, network(x).h, network(other).h];
  expect(scansOf(mergeScans.run(before)).length).toBe(3);
});

test("what nothing can be taken from stays the same node", () => {
  const { outputs } = scan({
    steps: 3,
    sequences: { x },
    step: ({ sequences }) => ({ next: {}, outputs: { y: tanh(sequences.x) } }),
  });
  expectUntouched(mergeScans.run([outputs.y]), [outputs.y]);
});

describe("inside scans", () => {
  test("every pass runs", () => {
    const { outputs } = scan({
      steps: 3,
      sequences: { x },
      step: ({ sequences }) => ({ next: {}, outputs: { y: mul(add(sequences.x, constant(1)), mul(constant(1), 1)) } }),
    });
    const { results } = optimize([outputs.y], passesAt("f64"));
    expect(printGraph(byNumber(results))).toMatchInlineSnapshot(`
      "%0 = input() : f32[3, 1, 2] "x"
      %1 = scan(%0) {steps: 3}
        %0 = sequence : f32[1, 2] "x"
        %1 = constant() {value: 1} : f32[]
        %2 = broadcastTo(%1) {shape: [1, 2]} : f32[1, 2]
        %3 = add(%0, %2) : f32[1, 2]
        yields stack %3
      %2 = scanResult(%1) {index: 0} : f32[3, 1, 2]
      return 0 = %2"
    `);
  });

  test("and inside the scans of steps", () => {
    const { outputs } = scan({
      steps: 3,
      sequences: { x },
      step: ({ sequences }) => {
        const inner = scan({
          steps: 1,
          sequences: { row: sequences.x },
          step: ({ sequences: { row } }) => ({ next: {}, outputs: { y: mul(add(row, row), 1) } }),
        });
        return { next: {}, outputs: inner.outputs };
      },
    });
    const { results } = optimize([outputs.y], passesAt("f64"));
    expect(printGraph(byNumber(results))).not.toContain("mul");
  });
});
