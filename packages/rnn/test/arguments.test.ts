/** What callers give whom TypeScript does not watch: nothing is silently ignored, no error comes from inside. */
import { constant, createRuntime, input, tanh } from "@unfold/core";
import { dense, layerNorm } from "@unfold/nn";
import {
  additiveAttention,
  beamSearch,
  bidirectional,
  bucketByLength,
  carriedRecurrence,
  consecutiveWindows,
  foldedGraph,
  gru,
  lstm,
  padSequences,
  recurrentCell,
  recurrentDropout,
  rewrittenCell,
  scan,
  stacked,
  stepByStep,
  tokenProbabilities,
  unfold,
  windowsOf,
  zoneout,
} from "@unfold/rnn";
import { expectRefusal } from "@unfold/testkit";
import { describe, expect, test } from "vitest";

/** As JavaScript sees it. */
const untyped = (value: unknown): never => value as never;

const x = input("x", [5, 2, 3]);
const cell = gru({ inputs: 3, units: 4, seed: 1 });
const folded = cell.fold(2);
const key = constant([1, 2], "i32");

describe("options with a name that is none", () => {
  test.each([
    ["lstm", () => lstm(untyped({ inputs: 3, units: 4, seed: 1, hidden: 4 })), '"hidden"'],
    ["gru without options", () => gru(untyped(undefined)), "undefined"],
    ["scan", () => scan(folded, 5, { x }, untyped({ length: key })), '"length"'],
    ["cell.scan", () => cell.scan(x, {}, untyped({ length: key })), '"length"'],
    ["cell.over", () => cell.over(x, {}, untyped({ reversed: true })), '"reversed"'],
    ["recurrentDropout", () => recurrentDropout(folded, untyped({ key, delay: 0.2 })), '"delay"'],
    ["zoneout", () => zoneout(folded, untyped({ key, rate: 0.2 })), '"rate"'],
    ["padSequences", () => padSequences([[1]], untyped("i32")), '"i32"'],
    ["windowsOf", () => windowsOf([1, 2, 3], untyped({ size: 2, strides: 1 })), '"strides"'],
    ["consecutiveWindows", () => consecutiveWindows([1, 2, 3], untyped({ batch: 1, size: 2, stride: 1 })), '"stride"'],
    ["tokenProbabilities", () => tokenProbabilities(constant([1, 2]), untyped({ temp: 1 })), '"temp"'],
    ["additiveAttention", () => additiveAttention(untyped({ query: 1 })), '"query"'],
    ["stacked", () => stacked([cell], untyped("name")), '"name"'],
  ])("%s", (_, action, got) => {
    expectRefusal(action, "OPTIONS", `got ${got}.`);
  });
});

describe("arguments that are something else", () => {
  test.each([
    [
      "a cell to scan",
      () => scan(untyped(cell), 5, { x }),
      "ARGUMENT",
      "fold a cell for a batch size: cell.fold(batch).",
    ],
    [
      "nothing to scan",
      () => scan(untyped(undefined), 5, { x }),
      "ARGUMENT",
      "folded must be a folded graph, got undefined.",
    ],
    ["a cell to unfold", () => unfold(untyped(cell), 5, { x }), "ARGUMENT", "cell.fold(batch)"],
    ["a cell to carry", () => carriedRecurrence(untyped(cell)), "ARGUMENT", "cell.fold(batch)"],
    [
      "a cell to drop out of",
      () => recurrentDropout(untyped(cell), { key, delays: 0.1 }),
      "ARGUMENT",
      "cell.fold(batch)",
    ],
    ["nothing to pad", () => padSequences(untyped(undefined)), "ARGUMENT", "sequences must be a list, got undefined."],
    ["no sequence", () => cell.scan(untyped(undefined)), "NOT_A_NODE", "x must be a node, got undefined."],
    ["a list of lists", () => cell.scan(untyped([[[1, 2, 3]]])), "NOT_A_NODE", "x must be a node, got a list of 1."],
    [
      "a list of lengths",
      () => cell.scan(x, {}, { lengths: untyped([1, 2]) }),
      "NOT_A_NODE",
      "lengths must be a node, got a list of 2.",
    ],
    ["no initial values", () => cell.scan(x, untyped(null)), "OPTIONS", "got null."],
    [
      "an output that is none",
      () => dense({ inputs: 4, units: 1, seed: 1 }).apply(untyped(Reflect.get(cell.scan(x).outputs, "H"))),
      "NOT_A_NODE",
      "got undefined.",
    ],
    [
      "a step without a name",
      () =>
        foldedGraph(
          untyped(() => ({})),
          untyped(undefined),
        ),
      "ARGUMENT",
      "name must be a text",
    ],
    [
      "a step that is not drawn",
      () => foldedGraph("a", untyped(undefined)),
      "ARGUMENT",
      "draw must be a function, got undefined.",
    ],
    [
      "a delay without a shape",
      () =>
        foldedGraph("a", ({ delay }) => {
          const h = delay("h", untyped(undefined), { initial: 0 });
          return { next: { h }, outputs: { h } };
        }),
      "SHAPE_EXTENT",
      "a shape must be a list of sizes",
    ],
    [
      "a cell without a step",
      () => recurrentCell({ name: "a", inputs: 1, units: 1, parameters: {} }, untyped(undefined)),
      "ARGUMENT",
      "draw must be a function",
    ],
    [
      "a cell of nothing",
      () =>
        recurrentCell(
          untyped(() => folded),
          untyped(undefined),
        ),
      "ARGUMENT",
      "options must have name, inputs, units and parameters",
    ],
    [
      "a cell whose step is not folded",
      () =>
        recurrentCell(
          { name: "a", inputs: 3, units: 1, parameters: {} },
          untyped(() => ({ next: {}, outputs: {} })),
        ).scan(x),
      "ARGUMENT",
      "folded must be a folded graph, got an object with keys of next, outputs.",
    ],
    ["rewriting by nothing", () => rewrittenCell(cell, untyped({})), "ARGUMENT", "rewrite must be a function"],
    [
      "rewriting to nothing",
      () =>
        rewrittenCell(
          cell,
          untyped(() => undefined),
        ).scan(x),
      "ARGUMENT",
      "folded must be a folded graph, got undefined.",
    ],
    ["cells one by one", () => stacked(untyped(cell), untyped(cell)), "OPTIONS", "got"],
    ["one cell", () => stacked(untyped(cell)), "ARGUMENT", "stacked([lower, upper])"],
    ["a number upon a cell", () => stacked([cell, untyped(3)]), "ARGUMENT", "cells[1] must be a cell, got 3."],
    ["a list of directions", () => bidirectional(untyped([cell, cell])), "OPTIONS", "got a list of 2."],
    [
      "one direction",
      () => bidirectional(untyped({ forward: cell })),
      "ARGUMENT",
      "backward must be a cell, got undefined.",
    ],
    [
      "a list of texts",
      () => bucketByLength(untyped([[1]]), { lengthOf: () => 1, boundaries: [2], size: 1 }),
      "ARGUMENT",
      "dataset must be a Dataset, got a list of 1.",
    ],
  ])("%s", (_, action, code, words) => {
    expectRefusal(action, code, words);
  });

  test("step by step", async () => {
    const one = input("one", [1, 3]);
    const h = cell.fold(1);
    const draw = (carry: Parameters<Parameters<typeof stepByStep>[1]["draw"]>[0]) => ({ h: carry(h, { x: one }).h });
    const runtime = await createRuntime();
    const request = { inputs: { one }, draw };
    await expect(stepByStep(untyped(createRuntime()), request)).rejects.toThrow("Await it.");
    await expect(stepByStep(runtime, untyped({ inputs: { one } }))).rejects.toThrow(
      "draw must be a function, got undefined.",
    );
    await expect(stepByStep(runtime, { inputs: { one }, draw: untyped(() => tanh(one)) })).rejects.toThrow(
      "Name it: { y: node }.",
    );
    await expect(
      stepByStep(runtime, { inputs: { one }, draw: (carry) => carry(untyped(cell), { x: one }) }),
    ).rejects.toThrow("cell.fold(batch)");
    await expect(beamSearch(untyped(createRuntime()), { beams: 1, maxLength: 1, draw: untyped(tanh) })).rejects.toThrow(
      "Await it.",
    );
    const stepper = await stepByStep(runtime, request);
    expectRefusal(() => stepper.prime(untyped(undefined), {}), "OPTIONS", "sequences must be an object");
  });
});

test("parameters of layers inside a cell of one's own are groups, and all of them are the cell's", () => {
  const norm = layerNorm({ name: "own/norm", units: 4 });
  const mix = dense({ name: "own/mix", inputs: 3, units: 4, bias: false, seed: 1 });
  const own = recurrentCell(
    {
      name: "own",
      inputs: 3,
      units: 4,
      parameters: { norm: norm.parameters, parts: { mix: mix.parameters }, none: undefined },
    },
    (batch, initial = {}) =>
      foldedGraph("own", ({ sequence, delay }) => {
        const last = delay("h", [batch, 4], { initial: initial["h"] ?? 0 });
        const h = tanh(norm.apply(last));
        return { next: { h }, outputs: { h, y: mix.apply(sequence("x", [batch, 3])) } };
      }),
  );
  expect(own.parameters).toEqual({
    "norm/weight": norm.parameters.weight,
    "norm/bias": norm.parameters.bias,
    "parts/mix/weight": mix.parameters.weight,
  });
});
