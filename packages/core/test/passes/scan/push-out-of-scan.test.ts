/** What leaves a scan for the time after it, and what stays. */
import {
  add,
  broadcastTo,
  concat,
  constant,
  exp,
  gradient,
  input,
  matmul,
  mul,
  neg,
  pad,
  param,
  reshape,
  scan,
  scatterAdd,
  slice,
  split,
  sub,
  sum,
  tanh,
  transpose,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { pushOutOfScan } from "../../../src/passes/scan/push-out-of-scan.js";
import { expectUntouched } from "../same-bits.js";
import { expectPass } from "./near-values.js";
import { bodiesOf, countInside, printed, valuesFor } from "./printed.js";

const x = input("x", [3, 2, 2]);
const U = param("U", [
  [0.5, -1],
  [0.25, 2],
]);
const V = param("V", [
  [1, 0.5, -1],
  [0.25, 2, 0.75],
]);
const zeros = (shape: readonly number[]): FloatNode => broadcastTo(constant(0), shape);

interface Read {
  readonly h: FloatNode;
  readonly x: FloatNode;
  readonly next: FloatNode;
  readonly index: IntNode;
}

/** The sum over all steps of a value of each step, beside a recurrence. */
function total(addend: (read: Read) => FloatNode, start: readonly number[] | FloatNode): FloatNode {
  const initial = "op" in start ? start : zeros([1, ...start]);
  const { final } = scan({
    steps: 3,
    sequences: { x, index: input("index", [3, 2], "i32") },
    delays: { h: { initial: zeros([1, 2, 2]) }, total: { initial } },
    step: ({ sequences, delays: { h, total: last } }) => {
      const next = tanh(add(matmul(h, U), sequences.x));
      return { next: { h: next, total: add(last, addend({ ...sequences, h, next })) }, outputs: {} };
    },
  });
  return final.total;
}

/** Whether a scan still adds up the total. */
function isTotalInside(result: Node): boolean {
  const bodies = bodiesOf(expectPass(pushOutOfScan, [result], valuesFor([result])));
  return bodies.some(({ step }) => step.delays.some(({ placeholder }) => placeholder.label === "total"));
}

/** What every step yields beside its state. */
function yielded(output: (read: Omit<Read, "index">) => FloatNode): FloatNode {
  const { outputs } = scan({
    steps: 3,
    sequences: { x },
    delays: { h: { initial: zeros([1, 2, 2]) } },
    step: ({ sequences, delays: { h } }) => {
      const next = tanh(add(matmul(h, U), sequences.x));
      return { next: { h: next }, outputs: { y: output({ h, next, x: sequences.x }) } };
    },
  });
  return outputs.y;
}

function row(matrix: FloatNode): FloatNode {
  return slice(matrix, { axis: 0, stop: 1 });
}

test("a sum of products is one product of stacks", () => {
  const before = total(({ h, x }) => matmul(h, x, { transposeA: true }), [2, 2]);
  expect(printed(pushOutOfScan, [before])).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = constant() {value: 0} : f32[]
    %2 = broadcastTo(%1) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %3 = param() : f32[2, 2] "U"
    %4 = scan(%0, %2, %3) {steps: 3}
      %0 = sequence : f32[2, 2] "x"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields final %1, stack %1
    %5 = scanResult(%4) {index: 1} : f32[3, 2, 2]
    %6 = reshape(%5) {shape: [6, 2]} : f32[6, 2]
    %7 = reshape(%0) {shape: [6, 2]} : f32[6, 2]
    %8 = matmul(%6, %7) {transposeA: true} : f32[2, 2]
    %9 = reshape(%8) {shape: [1, 2, 2]} : f32[1, 2, 2]
    return 0 = %9"
  `);
});

test("an initial value is added once", () => {
  const before = total(({ h, x }) => matmul(h, x, { transposeA: true }), input("start", [1, 2, 2]));
  expect(printed(pushOutOfScan, [before])).toMatchInlineSnapshot(`
    "%0 = input() : f32[1, 2, 2] "start"
    %1 = input() : f32[3, 2, 2] "x"
    %2 = constant() {value: 0} : f32[]
    %3 = broadcastTo(%2) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %4 = param() : f32[2, 2] "U"
    %5 = scan(%1, %3, %4) {steps: 3}
      %0 = sequence : f32[2, 2] "x"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields final %1, stack %1
    %6 = scanResult(%5) {index: 1} : f32[3, 2, 2]
    %7 = reshape(%6) {shape: [6, 2]} : f32[6, 2]
    %8 = reshape(%1) {shape: [6, 2]} : f32[6, 2]
    %9 = matmul(%7, %8) {transposeA: true} : f32[2, 2]
    %10 = reshape(%9) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %11 = add(%0, %10) : f32[1, 2, 2]
    return 0 = %11"
  `);
});

describe("sums over all steps of", () => {
  const product = ({ h, next }: Read): FloatNode => matmul(h, next, { transposeA: true });
  test.each<readonly [string, (read: Read) => FloatNode, readonly number[]]>([
    ["products, the left one transposed", ({ h, next }) => matmul(h, next, { transposeA: true }), [2, 2]],
    ["products, the right one transposed", ({ h, next }) => matmul(h, next, { transposeB: true }), [2, 2]],
    ["products, both transposed", ({ h, x }) => matmul(h, x, { transposeA: true, transposeB: true }), [2, 2]],
    ["products of what neither is", ({ h, next }) => matmul(h, next), [2, 2]],
    ["products with a matrix that is the same", ({ next }) => matmul(next, V), [2, 3]],
    ["updates by index", ({ next, index }) => scatterAdd(zeros([3, 2]), index, next), [3, 2]],
    ["several terms", (read) => sub(add(product(read), neg(product(read))), mul(read.x, 2)), [2, 2]],
    ["views", (read) => reshape(transpose(slice(product(read), { axis: 0, stop: 1 })), [2]), [2]],
    ["joins", (read) => concat([product(read), matmul(read.next, V)], 1), [2, 5]],
    ["pads and broadcasts", (read) => broadcastTo(pad(product(read), [{ axis: 0, before: 1 }]), [2, 3, 2]), [2, 3, 2]],
    ["reductions", (read) => sum(matmul(read.next, V), { axes: 0 }), [3]],
    ["multiples", (read) => mul(product(read), U), [2, 2]],
    ["what is the same at every step", () => exp(U), [2, 2]],
    ["a sequence", ({ x }) => exp(x), [2, 2]],
  ])("%s leave", (_, addend, shape) => {
    expect(isTotalInside(total(addend, shape))).toBe(false);
  });
});

test("a sum of what is stacked anyway is a sum of the stack", () => {
  const { outputs, final } = scan({
    steps: 3,
    sequences: { x },
    delays: { h: { initial: zeros([1, 2, 2]) }, total: { initial: zeros([1, 2]) } },
    step: ({ sequences, delays: { h, total: last } }) => {
      const next = tanh(add(matmul(h, U), sequences.x));
      return { next: { h: next, total: add(sum(next, { axes: 0 }), last) }, outputs: { next } };
    },
  });
  expect(printed(pushOutOfScan, [outputs.next, final.total])).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = constant() {value: 0} : f32[]
    %2 = broadcastTo(%1) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %3 = param() : f32[2, 2] "U"
    %4 = scan(%0, %2, %3) {steps: 3}
      %0 = sequence : f32[2, 2] "x"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields stack %5, final %1
    %5 = scanResult(%4) {index: 0} : f32[3, 2, 2]
    %6 = sum(%5) {axes: [0]} : f32[2, 2]
    %7 = sum(%6) {axes: [0]} : f32[2]
    %8 = reshape(%7) {shape: [1, 2]} : f32[1, 2]
    return 0 = %5, 1 = %8"
  `);
});

test("a product that no later step needs is one product of the stack, with what follows it", () => {
  const before = yielded(({ next }) => tanh(add(matmul(next, V), constant([1, 2, 3]))));
  expect(printed(pushOutOfScan, [before])).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = constant() {value: 0} : f32[]
    %2 = broadcastTo(%1) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %3 = param() : f32[2, 2] "U"
    %4 = scan(%0, %2, %3) {steps: 3}
      %0 = sequence : f32[2, 2] "x"
      %1 = z^-1(%5) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = matmul(%1, %2) : f32[2, 2]
      %4 = add(%3, %0) : f32[2, 2]
      %5 = tanh(%4) : f32[2, 2]
      yields final %1, stack %5
    %5 = scanResult(%4) {index: 1} : f32[3, 2, 2]
    %6 = reshape(%5) {shape: [6, 2]} : f32[6, 2]
    %7 = param() : f32[2, 3] "V"
    %8 = matmul(%6, %7) : f32[6, 3]
    %9 = reshape(%8) {shape: [3, 2, 3]} : f32[3, 2, 3]
    %10 = constant() {value: [1, 2, 3]} : f32[3]
    %11 = broadcastTo(%10) {shape: [2, 3]} : f32[2, 3]
    %12 = broadcastTo(%11) {shape: [3, 2, 3]} : f32[3, 2, 3]
    %13 = add(%9, %12) : f32[3, 2, 3]
    %14 = tanh(%13) : f32[3, 2, 3]
    return 0 = %14"
  `);
});

test("of views, what they show is stacked; of all parts of a join, the join", () => {
  const V4 = param("V4", [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  const { outputs } = scan({
    steps: 3,
    sequences: { x },
    delays: { h: { initial: zeros([1, 2, 2]) } },
    step: ({ sequences, delays: { h } }) => {
      const parts = [exp(h), tanh(add(h, sequences.x))];
      const [left, right] = split(exp(matmul(h, U)), 2, 1) as [FloatNode, FloatNode];
      return {
        next: { h: tanh(add(matmul(concat(parts, 1), V4), mul(left, right))) },
        outputs: {
          p: matmul(parts[0]!, V),
          q: matmul(parts[1]!, V),
          v: matmul(transpose(left), V),
          w: matmul(transpose(right), V),
        },
      };
    },
  });
  expect(printed(pushOutOfScan, Object.values(outputs))).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 2, 2] "x"
    %1 = constant() {value: 0} : f32[]
    %2 = broadcastTo(%1) {shape: [1, 2, 2]} : f32[1, 2, 2]
    %3 = param() : f32[2, 2] "U"
    %4 = param() : f32[4, 2] "V4"
    %5 = scan(%0, %2, %3, %4) {steps: 3}
      %0 = sequence : f32[2, 2] "x"
      %1 = z^-1(%16) : f32[2, 2] "h"
      %2 = invariant : f32[2, 2] "U"
      %3 = invariant : f32[4, 2] "V4"
      %4 = matmul(%1, %2) : f32[2, 2]
      %5 = exp(%4) : f32[2, 2]
      %6 = exp(%1) : f32[2, 2]
      %7 = add(%1, %0) : f32[2, 2]
      %8 = tanh(%7) : f32[2, 2]
      %9 = concat(%6, %8) {axis: 1} : f32[2, 4]
      %10 = matmul(%9, %3) : f32[2, 2]
      %11 = slice(%5) {start: [0, 0], size: [2, 1], step: [1, 1]} : f32[2, 1]
      %12 = slice(%5) {start: [0, 1], size: [2, 1], step: [1, 1]} : f32[2, 1]
      %13 = mul(%11, %12) : f32[2, 1]
      %14 = broadcastTo(%13) {shape: [2, 2]} : f32[2, 2]
      %15 = add(%10, %14) : f32[2, 2]
      %16 = tanh(%15) : f32[2, 2]
      yields final %1, stack %5, stack %9
    %6 = scanResult(%5) {index: 2} : f32[3, 2, 4]
    %7 = slice(%6) {start: [0, 0, 0], size: [3, 2, 2], step: [1, 1, 1]} : f32[3, 2, 2]
    %8 = reshape(%7) {shape: [6, 2]} : f32[6, 2]
    %9 = param() : f32[2, 3] "V"
    %10 = matmul(%8, %9) : f32[6, 3]
    %11 = reshape(%10) {shape: [3, 2, 3]} : f32[3, 2, 3]
    %12 = slice(%6) {start: [0, 0, 2], size: [3, 2, 2], step: [1, 1, 1]} : f32[3, 2, 2]
    %13 = reshape(%12) {shape: [6, 2]} : f32[6, 2]
    %14 = matmul(%13, %9) : f32[6, 3]
    %15 = reshape(%14) {shape: [3, 2, 3]} : f32[3, 2, 3]
    %16 = scanResult(%5) {index: 1} : f32[3, 2, 2]
    %17 = slice(%16) {start: [0, 0, 0], size: [3, 2, 1], step: [1, 1, 1]} : f32[3, 2, 1]
    %18 = transpose(%17) {permutation: [0, 2, 1]} : f32[3, 1, 2]
    %19 = reshape(%18) {shape: [3, 2]} : f32[3, 2]
    %20 = matmul(%19, %9) : f32[3, 3]
    %21 = reshape(%20) {shape: [3, 1, 3]} : f32[3, 1, 3]
    %22 = slice(%16) {start: [0, 0, 1], size: [3, 2, 1], step: [1, 1, 1]} : f32[3, 2, 1]
    %23 = transpose(%22) {permutation: [0, 2, 1]} : f32[3, 1, 2]
    %24 = reshape(%23) {shape: [3, 2]} : f32[3, 2]
    %25 = matmul(%24, %9) : f32[3, 3]
    %26 = reshape(%25) {shape: [3, 1, 3]} : f32[3, 1, 3]
    return 0 = %11, 1 = %15, 2 = %21, 3 = %26"
  `);
});

test("the gradients of a recurrence are products after the scan", () => {
  const loss = sum(exp(yielded(({ next }) => matmul(next, V))));
  const before = [loss, ...gradient(loss, [x, U, V])];
  const after = expectPass(pushOutOfScan, before, valuesFor(before));
  const [forward, , backward] = bodiesOf(after);
  expect(countInside(forward!, "matmul")).toBe(1);
  expect(backward!.step.delays.length).toBe(1);
});

describe("it leaves", () => {
  test.each<readonly [string, FloatNode]>([
    ["sums of what would have to be stacked for them", total(({ h, next }) => mul(h, next), [2, 2])],
    ["sums of products of elements over some axes", total(({ h, next }) => sum(mul(h, next), { axes: 0 }), [2])],
    ["stacks that take no product", yielded(({ next }) => exp(next))],
    ["products that the next step needs", yielded(({ next }) => next)],
    ["products of two states", yielded(({ h, next }) => matmul(h, next))],
    [
      "what a vector makes of a larger state, and the vector",
      yielded(({ h, next }) => matmul(matmul(row(next), U), concat([h, next], 1))),
    ],
  ])("%s", (_, result) => {
    expectUntouched(pushOutOfScan.run([result]), [result]);
  });

  test("delays that are read by something else, reach back further, or are stacked", () => {
    const kinds = ["read", "far", "stacked"] as const;
    for (const kind of kinds) {
      const { outputs, final } = scan({
        steps: 3,
        sequences: { x },
        delays: {
          h: { initial: zeros([1, 2, 2]) },
          total: { initial: zeros([kind === "far" ? 2 : 1, 2, 2]), steps: kind === "far" ? 2 : 1 },
        },
        step: ({ sequences, delays: { h, total: last } }) => {
          const next = tanh(add(matmul(h, U), kind === "read" ? add(sequences.x, last) : sequences.x));
          return { next: { h: next, total: add(last, matmul(h, next)) }, outputs: { last } };
        },
      });
      const results = kind === "stacked" ? [outputs.last] : [final.total];
      const before = results as readonly Node[];
      expect(bodiesOf(pushOutOfScan.run(before))[0]!.step.delays.length).toBe(2);
    }
  });
});
