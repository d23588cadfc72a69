/** Work after checkpointed scans, moved into their loops: the same values and gradients, and no stack of all steps. */
import {
  add,
  argmax,
  concat,
  constant,
  equal,
  expandScans,
  gradient,
  input,
  logSoftmax,
  matmul,
  max,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  reverse,
  scan,
  select,
  sinkIntoScans,
  slice,
  softmax,
  square,
  sub,
  sum,
  takeAlongAxis,
  tanh,
  topologicalOrder,
  transpose,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanBodyOf } from "../../../src/graph/scan-body.js";
import { optimize, standardPasses } from "../../../src/passes/pipeline.js";
import { sinkIntoScan } from "../../../src/passes/scan/sink-into-scan.js";
import { evaluatorAt } from "../same-bits.js";
import { expectNear } from "./near-values.js";
import { valuesFor } from "./printed.js";

const [B, F, H, V] = [2, 3, 4, 5];
const [W, U, head, bias] = [input("W", [F, H]), input("U", [H, H]), input("head", [H, V]), input("bias", [V])];
const weights = [W, U, head, bias] as const;

interface Recurrence {
  readonly h: FloatNode;
  readonly last: FloatNode;
  readonly x: FloatNode;
  readonly labels: IntNode;
  readonly mask: FloatNode;
}

/** h_t = tanh(x_t W + h_{t-1} U), with what losses read beside it. */
function recurrence(steps: number, every: number, isReverse = false): Recurrence {
  const x = input("x", [steps, B, F]);
  const { outputs, final } = scan({
    steps,
    reverse: isReverse,
    checkpoint: { every },
    sequences: { x },
    delays: { h: { initial: input("h0", [1, B, H]) } },
    step: ({ sequences, delays }) => {
      const h = tanh(add(matmul(sequences.x, W), matmul(delays.h, U)));
      return { next: { h }, outputs: { h } };
    },
  });
  // Labels without indices that may be out of range: which of five numbers is the largest.
  const labels = argmax(input("scores", [steps, B, V]), -1);
  return { h: outputs.h, last: final.h, x, labels, mask: input("mask", [steps, B]) };
}

const logitsOf = (h: FloatNode): FloatNode => add(matmul(h, head), bias);
const chosen = (values: FloatNode, labels: IntNode): FloatNode =>
  reshape(takeAlongAxis(values, reshape(labels, [...labels.shape, 1])), labels.shape);

/** Losses as they are written after a scan. */
const losses: Readonly<Record<string, (r: Recurrence) => FloatNode>> = {
  "mean of squares": ({ h }) => mean(square(h)),
  "cross-entropy of labels": ({ h, labels }) => neg(mean(chosen(logSoftmax(logitsOf(h)), labels))),
  "cross-entropy, masked": ({ h, labels, mask }) => neg(sum(mul(chosen(logSoftmax(logitsOf(h)), labels), mask))),
  "one-hot targets, flat rows": ({ h, labels }) =>
    sum(mul(reshape(softmax(logitsOf(h)), [h.shape[0]! * B, V]), reshape(oneHot(labels, V), [h.shape[0]! * B, V]))),
  "two sums, one of them over time only": ({ h, mask }) =>
    add(sum(square(sum(h, { axes: 0 }))), mean(mul(sum(h, { axes: 2 }), mask))),
  "weights of its own, transposed": ({ h }) =>
    sum(square(matmul(transpose(h, [0, 2, 1]), input("mix", [h.shape[0]!, B, 2])))),
  "targets that are a sequence": ({ h, x }) => mean(square(sub(slice(h, { axis: 2, stop: F }), x))),
  "joined with a sequence": ({ h, x }) => mean(square(concat([h, x], 2))),
  "the same at every step": ({ h }) => sum(mul(h, input("scale", [H]))),
  "the last state as well": ({ h, last }) => add(mean(square(logitsOf(h))), sum(last)),
  "a choice": ({ h, mask }) => sum(select(equal(reshape(mask, [...mask.shape, 1]), 0), h, mul(h, 2))),
};

const stacks = (nodes: readonly Node[], steps: number): string[] =>
  topologicalOrder(nodes).flatMap(({ op, inputs, shape }) => {
    const isOfAll =
      op.kind === "result" && inputs[0] !== undefined && shape.length > 2 && shape[0]! * shape[1]! >= steps - 3;
    return isOfAll && scanBodyOf(inputs[0]!)!.step.recompute ? [shape.join("×")] : [];
  });

const sizes = fc.tuple(fc.integer({ min: 3, max: 13 }), fc.integer({ min: 1, max: 5 }), fc.boolean());

describe.each(Object.entries(losses))("%s", (_, build) => {
  test("value and gradients are the same but for the order of sums, at any length, in both directions", () => {
    fc.assert(
      fc.property(sizes, ([steps, every, isReverse]) => {
        const loss = build(recurrence(steps, Math.min(every, steps - 1), isReverse));
        const sunk = sinkIntoScans(loss);
        expect(sunk).not.toBe(loss);
        const own = topologicalOrder([loss]);
        const wrt = weights.filter((weight) => own.includes(weight));
        const before = [loss, ...gradient(loss, wrt)];
        const after = [sunk, ...gradient(sunk, wrt)];
        expectNear(before, after, valuesFor(before));
        expectNear(before, expandScans(after), valuesFor(before));
      }),
      { numRuns: 8 },
    );
  });
});

test("without scans left, the values are the same too, and so are second derivatives", () => {
  const loss = losses["cross-entropy of labels"]!(recurrence(7, 3));
  const sunk = sinkIntoScans(loss);
  const slopes = (from: FloatNode): FloatNode[] => {
    const [first] = gradient(from, [U]);
    return [from, first, ...gradient(sum(square(first)), [U, head])];
  };
  const [before, after] = [slopes(loss), slopes(sunk)];
  expectNear(before, after, valuesFor(before));
  expectNear(before, expandScans(after), valuesFor(before));
});

test("a training step keeps no stack of all steps, and runs the recurrence forward once", () => {
  const steps = 12;
  const { h, labels, last } = recurrence(steps, 3);
  const loss = neg(mean(chosen(logSoftmax(logitsOf(h)), labels)));
  const results = [loss, ...gradient(sinkIntoScans(loss), weights), last];
  const { results: optimized } = optimize(results, standardPasses(evaluatorAt("f64")));
  expectNear(results, optimized, valuesFor(results));
  expect(stacks([loss], steps)).toEqual(["4×3×2×4"]);
  expect(stacks(optimized, steps)).toEqual([]);
  const scans = topologicalOrder(optimized).flatMap((node) => scanBodyOf(node) ?? []);
  expect(scans.map(({ step }) => step.reverse)).toEqual([false, true]);
});

test("the head of a segment is one product, and so is the gradient of its weights", () => {
  const loss = neg(mean(chosen(logSoftmax(logitsOf(recurrence(12, 3).h)), recurrence(12, 3).labels)));
  const results = [loss, ...gradient(sinkIntoScans(loss), [head])];
  const { results: optimized } = optimize(results, standardPasses(evaluatorAt("f64")));
  const [, backward] = topologicalOrder(optimized).flatMap((node) => scanBodyOf(node) ?? []);
  const products = topologicalOrder(backward!.step.delays.map(({ next }) => next)).filter(
    ({ op }) => op.name === "matmul",
  );
  expect(products.map(({ shape }) => shape.join("×")).sort()).toEqual(expect.arrayContaining(["4×5", "6×5"]));
});

describe("nothing is moved", () => {
  const plain = (steps: number): FloatNode => {
    const x = input("x", [steps, B, H]);
    const { outputs } = scan({
      steps,
      sequences: { x },
      delays: { h: { initial: input("h0", [1, B, H]) } },
      step: ({ sequences, delays }) => {
        const h = tanh(add(sequences.x, delays.h));
        return { next: { h }, outputs: { h } };
      },
    });
    return outputs.h;
  };
  const { h } = recurrence(12, 3);
  const mirrored: FloatNode = reverse(h, [0]);
  const cases: Readonly<Record<string, FloatNode>> = {
    "after a plain scan": mean(square(plain(9))),
    "without a scan": mean(square(input("y", [9]))),
    "where a step reads another one": sum(mul(h, mirrored)),
    "where steps are compared": sum(max<"f32">(h, { axes: 0 })),
    "where a part of the steps is left out": sum(slice(h, { axis: 0, start: 1 })),
    "where steps are mixed": sum(matmul(reshape(h, [12, B * H]), reshape(h, [12, B * H]), { transposeA: true })),
    "where all steps are read as well": add(sum(square(h)), sum(square(softmax(h, 0)))),
    "where the other operand follows from all steps": sum(mul(h, mean(h))),
  };
  test.each(Object.entries(cases))("%s", (_, loss) => {
    expect(sinkIntoScans(loss)).toBe(loss);
    expect(sinkIntoScan.run([loss])).toEqual([loss]);
  });
});

test("layers that follow each other: the loss goes into the last one", () => {
  const first = recurrence(8, 3);
  const { outputs } = scan({
    steps: 8,
    checkpoint: { every: 3 },
    sequences: { below: first.h },
    delays: {
      g: {
        initial: constant([
          [
            [0, 0, 0, 0],
            [0, 0, 0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences, delays }) => {
      const g = tanh(add(sequences.below, matmul(delays.g, U)));
      return { next: { g }, outputs: { g } };
    },
  });
  const loss = mean(square(logitsOf(outputs.g)));
  const sunk = sinkIntoScans(loss);
  expect(sunk).not.toBe(loss);
  const before = [loss, ...gradient(loss, [...weights])];
  expectNear(before, [sunk, ...gradient(sunk, [...weights])], valuesFor(before));
});

test("the plan is the same each time it is asked for: a loss and its gradient read one scan", () => {
  const loss = mean(square(recurrence(8, 3).h));
  const scansOf = (node: Node): Node[] => topologicalOrder([node]).filter(({ op }) => op.kind === "scan");
  expect(scansOf(sinkIntoScans(loss))[0]).toBe(scansOf(sinkIntoScans(loss))[0]);
});

test("where the loss was differentiated as it was, nothing is moved: the recurrence would run twice", () => {
  const loss = mean(square(recurrence(8, 3).h));
  const results = [loss, ...gradient(loss, [U])];
  expect(sinkIntoScan.run(results)).toBe(results);
});
