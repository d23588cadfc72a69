/** What passes do to checkpointed scans: inside a segment all they do to a scan, across segments nothing that takes memory. */
import {
  add,
  constant,
  gradient,
  input,
  matmul,
  ndArray,
  placeholder,
  scan,
  square,
  sum,
  tanh,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { expect, test } from "vitest";
import type { ScanBody, ScanStep } from "../../../src/graph/scan-body.js";
import { bodyOrder } from "../../../src/graph/walk.js";
import { applyScan } from "../../../src/ops/scan.js";
import { optimize, standardPasses } from "../../../src/passes/pipeline.js";
import { hoistFromScan } from "../../../src/passes/scan/hoist-from-scan.js";
import { evaluatorAt } from "../same-bits.js";
import { expectNear } from "./near-values.js";
import { bodiesOf, countInside, valuesFor } from "./printed.js";

const [T, k, B, F, H] = [12, 4, 2, 3, 5];

const x = input("x", [T, B, F]);
const weights = [input("W", [F, H]), input("U", [H, H]), input("V", [H, 1])] as const;

/** Σ (h_t V)² of h_t = tanh(x_t W + h_{t-1} U), summed inside the step, and its gradient. */
function training(checkpoint: boolean): readonly FloatNode[] {
  const [W, U, V] = weights;
  const { outputs } = scan({
    steps: T,
    ...(checkpoint && { checkpoint: { every: k } }),
    sequences: { x },
    delays: { h: { initial: constant(ndArray(new Float32Array(B * H), { shape: [1, B, H] })) } },
    step: ({ sequences, delays }) => {
      const h = tanh(add(matmul(sequences.x, W), matmul(delays.h, U)));
      return { next: { h }, outputs: { loss: sum(square(matmul(h, V))) } };
    },
  });
  const loss = sum(outputs.loss);
  return [loss, ...gradient(loss, weights)];
}

function optimized(results: readonly Node[]): readonly Node[] {
  return optimize(results, standardPasses(evaluatorAt("f64"))).results;
}

const results = optimized(training(true));
const [forward, backward] = bodiesOf(results) as [ScanBody, ScanBody];

function insideOf(body: ScanBody): ScanBody[] {
  return bodiesOf(bodyOrder(body));
}

function shapesOf(nodes: readonly Node[], name: string): string[] {
  return nodes.filter(({ op }) => op.name === name).map(({ shape }) => shape.join("×"));
}

test("values and gradients are those of the plain scan but for the order of sums", () => {
  expectNear(training(false), results, valuesFor(results));
});

test("there is one forward scan, for the loss and for the gradient, and it keeps what enters the segments", () => {
  expect(bodiesOf(results).map(({ step: { steps, reverse, recompute } }) => ({ steps, reverse, recompute }))).toEqual([
    { steps: T / k, reverse: false, recompute: true },
    { steps: T / k, reverse: true, recompute: true },
  ]);
  // The losses are added up inside.
  const read = forward.results.map((result) => (result.kind === "stack" ? result.node.shape : result.kind));
  expect(read).toEqual([[1, B, H], "final"]);
});

test("the reverse scan runs the steps of a segment once more, then those of the derivative", () => {
  expect(insideOf(backward).map(({ step: { steps, reverse } }) => ({ steps, reverse }))).toEqual([
    { steps: k, reverse: false },
    { steps: k, reverse: true },
  ]);
});

test("a segment has one input projection, one head and one product per weight; a step has the recurrence", () => {
  const [again, derivative] = insideOf(backward) as [ScanBody, ScanBody];
  expect(countInside(again, "matmul")).toBe(1);
  expect(countInside(derivative, "matmul")).toBe(1);
  const [projection, head, ...products] = [`${k * B}×${H}`, `${k * B}×1`, `${k * B}×${H}`, `${F}×${H}`, `${H}×${H}`];
  expect(shapesOf(bodyOrder(backward), "matmul")).toEqual(expect.arrayContaining([projection, head, ...products]));
});

test("nothing of all T steps is computed outside the segments", () => {
  const outside = topologicalOrder(results).filter(({ op }) => op.kind !== "leaf" && op.kind !== "view");
  for (const { op, shape } of outside) {
    if (op.kind !== "scan" && op.kind !== "result") expect(shape[0] ?? 1, op.name).not.toBe(T);
    expect(op.name).not.toBe("matmul");
  }
});

test("of steps that are run once more, only what is the same at every step is hoisted", () => {
  const [h, row, A] = [placeholder("h", [2, 2]), placeholder("row", [2, 2]), placeholder("A", [2, 2])];
  const next = tanh(add(h, matmul(row, matmul(A, A))));
  const step = (recompute: boolean): ScanStep => ({
    steps: 3,
    reverse: false,
    recompute,
    sequences: [row],
    delays: [{ placeholder: h, steps: 1, next }],
    invariants: [A],
  });
  const inputs = [input("rows", [3, 2, 2]), input("h", [1, 2, 2]), input("A", [2, 2])];
  const hoisted = (recompute: boolean): { readonly outside: number; readonly inside: number } => {
    const [last] = applyScan({ step: step(recompute), results: [{ kind: "final", delay: 0 }] }, inputs);
    const after = hoistFromScan.run([last!]);
    const [body] = bodiesOf(after) as [ScanBody];
    expect(body.step.recompute).toBe(recompute);
    return { outside: shapesOf(topologicalOrder(after), "matmul").length, inside: countInside(body, "matmul") };
  };
  expect(hoisted(false)).toEqual({ outside: 2, inside: 0 });
  expect(hoisted(true)).toEqual({ outside: 1, inside: 1 });
});
