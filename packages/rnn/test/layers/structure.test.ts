/** Cells put together: what wiring by hand yields. */
import {
  add,
  bidirectional,
  concat,
  conditionedOn,
  convLstm,
  createRuntime,
  elman,
  foldedGraph,
  foldedPicture,
  gru,
  hiddenOutput,
  linearRecurrence,
  includeStep,
  input,
  jordan,
  lstm,
  mul,
  recurrentDropout,
  residualCell,
  reverse,
  rewrittenCell,
  split,
  stacked,
  stepByStep,
  evaluateAll,
  type BidirectionalMerge,
  type FloatNode,
  type HiddenCell,
} from "@unfold/rnn";
import { expectProblem, uniformNumbers } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyKind, hiddenCells, type HiddenCellKind } from "../hidden-cells.js";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

/** Cells of drawn kinds and sizes, each upon the one before. */
function drawStack(names: readonly HiddenCellKind[], inputs: number, seed: number): HiddenCell[] {
  const uniform = uniformNumbers(seed, "sizes");
  let below = inputs;
  return names.map((kind, i) => {
    const units = 1 + Math.floor(uniform() * 3);
    const cell: HiddenCell = hiddenCells[kind]({ name: `${kind}${i}`, inputs: below, units, seed });
    below = units;
    return cell;
  });
}

const stacks = fc.array(anyKind, { minLength: 1, maxLength: 3 });
const ways = fc.constantFrom("over", "scan");

test("stacked cells are one cell over what the other yields, in both directions", () => {
  fc.assert(
    fc.property(stacks, lengths, batches, seeds, ways, fc.boolean(), (names, steps, batch, seed, way, back) => {
      const cells = drawStack(names, 2, seed);
      const whole = stacked(cells);
      const x = input("x", [steps, batch, 2]);
      const values = { x: drawReals([steps, batch, 2], seed, "x") };
      const options = { reverse: back };
      let below: FloatNode = x;
      let top: FloatNode = x;
      const outputs: Record<string, FloatNode> = {};
      const last: Record<string, FloatNode> = {};
      const final: Record<string, FloatNode> = {};
      for (const cell of cells) {
        const layer = cell.scan(below, {}, options);
        for (const [key, node] of Object.entries(layer.outputs)) outputs[`${cell.name}/${key}`] = node;
        for (const [key, node] of Object.entries(layer.last)) last[`${cell.name}/${key}`] = node;
        for (const [key, node] of Object.entries(layer.final)) final[`${cell.name}/${key}`] = node as FloatNode;
        below = layer.outputs.h;
        top = layer.last.h;
      }
      const ends = { outputs: { ...outputs, h: below }, last: { ...last, h: top } };
      const byHand = { name: "", steps, sequences: {}, ...ends, final };
      const found = whole[way](x, {}, options);
      expectSameValues(everything(found), everything(byHand), values);
      expectSameGradients(found, byHand, [...Object.values(whole.parameters), x], values);
    }),
    { numRuns: 40 },
  );
});

test("both directions are two cells over the sequence, one of them turned round", () => {
  const merges = fc.constantFrom<BidirectionalMerge>("concat", "sum", "mean");
  fc.assert(
    fc.property(anyKind, merges, lengths, batches, seeds, ways, (kind, merge, steps, batch, seed, way) => {
      const forward: HiddenCell = hiddenCells[kind]({ name: "forward", inputs: 2, units: 3, seed });
      const backward: HiddenCell = gru({ name: "backward", inputs: 2, units: 3, seed: seed + 1 });
      const layer = bidirectional({ forward, backward, merge });
      const x = input("x", [steps, batch, 2]);
      const values = { x: drawReals([steps, batch, 2], seed, "x") };
      const [a, b] = [forward.over(x), backward.over(reverse(x, 0))];
      const join = {
        concat: (p: FloatNode, q: FloatNode) => concat([p, q], -1),
        sum: add,
        mean: (p: FloatNode, q: FloatNode) => mul(add(p, q), 0.5),
      }[merge];
      const rest = { name: "", steps, sequences: {}, final: {} };
      const byHand = {
        ...rest,
        outputs: { h: join(a.outputs.h, reverse(b.outputs.h, 0)) },
        last: { h: join(a.last.h, b.last.h) },
      };
      const { outputs, last } = layer[way](x);
      expect(outputs.h.shape[2]).toBe(layer.units);
      expectSameValues(everything({ ...rest, outputs, last }), everything(byHand), values);
      expectSameGradients({ ...rest, outputs, last }, byHand, [...Object.values(layer.parameters), x], values);
    }),
    { numRuns: 40 },
  );
});

test("a residual cell yields what the cell yields and what it reads; inside a stack too", () => {
  fc.assert(
    fc.property(anyKind, lengths, batches, seeds, (kind, steps, batch, seed) => {
      const cell: HiddenCell = hiddenCells[kind]({ name: "inner", inputs: 2, units: 2, seed });
      const x = input("x", [steps, batch, 2]);
      const plain = cell.scan(x);
      const h = add(x, plain.outputs.h);
      const values = { x: drawReals([steps, batch, 2], seed, "x") };
      const found = residualCell(cell).scan(x);
      expectSameValues({ h: found.outputs.h, ...found.final }, { h, ...plain.final }, values);
      const head = gru({ name: "head", inputs: 2, units: 1, seed });
      expectSameValues(
        { h: stacked([residualCell(cell), head]).over(x).outputs.h },
        { h: head.over(h).outputs.h },
        values,
      );
    }),
    { numRuns: 20 },
  );
});

test("cells over images are stacked, read from both ends, have residuals and are rewritten", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const size = [2, 3] as const;
      const cell = (name: string, inputs: number) => convLstm({ name, inputs, units: 2, size, seed });
      const [lower, upper] = [cell("lower", 1), cell("upper", 2)];
      const x = input("x", [steps, batch, ...size, 1]);
      const values = { x: drawReals([steps, batch, ...size, 1], seed, "x") };
      const below = lower.scan(x).outputs.h;
      const h = add(below, upper.scan(below).outputs.h);
      const training = rewrittenCell(residualCell(upper), (folded) => recurrentDropout(folded, { key: undefined }));
      const whole = stacked([lower, training]);
      expect([whole.inputShape, whole.hiddenShape]).toEqual([
        [2, 3, 1],
        [2, 3, 2],
      ]);
      expectSameValues({ h: whole.over(x).outputs.h }, { h }, values);
      const both = bidirectional({ forward: lower, backward: cell("other", 1) }).scan(x);
      expect(both.outputs.h.shape).toEqual([steps, batch, 2, 3, 4]);
      expectSameValues({ h: split(both.outputs.h, [2, 2], 4)[0]! }, { h: below }, values);
    }),
    { numRuns: 10 },
  );
  const images = convLstm({ inputs: 3, units: 2, size: [2, 2], seed: 1 });
  expect(() => conditionedOn(images, input("c", [2, 1]))).toThrow(
    "the cell must have F + 1 inputs, F ≥ 1 of its own, got a cell that reads [2, 2, 3].",
  );
});

test("a stack is drawn, carried step by step, starts from initial values, and may be stacked", async () => {
  const lower = stacked(
    [elman({ name: "a", inputs: 2, units: 3, seed: 1 }), gru({ name: "b", inputs: 3, units: 2, seed: 1 })],
    { name: "lower" },
  );
  const whole = stacked([lower, lstm({ name: "c", inputs: 2, units: 1, seed: 1 })]);
  const x = input("x", [4, 1, 2]);
  const values = { x: drawReals([4, 1, 2], 1, "x") };
  const initial = { "lower/a/h": 0.5, "c/c": -1 };
  expect(Object.keys(whole.scan(x).final)).toEqual(["lower/a/h", "lower/b/h", "c/h", "c/c"]);
  expect(Object.keys(whole.parameters)).toContain("lower/a/recurrentWeight");
  expect(foldedPicture(whole.fold(1)).arrows.filter(({ isDelayed }) => isDelayed === true)).toHaveLength(4);
  const { h } = evaluateAll({ h: whole.scan(x, initial).outputs.h }, values);
  const now = input("x", [1, 2]);
  const stepper = await stepByStep(
    await createRuntime({ backend: "interpreter", optimize: "exact", precision: "f64" }),
    {
      inputs: { x: now },
      draw: (carry) => ({ h: carry(whole.fold(1, initial), { x: now }).h }),
    },
  );
  for (let t = 0; t < 4; t++)
    expect(stepper.run({ x: values.x.data.slice(2 * t, 2 * t + 2) }).h.item()).toBe(h.data[t]);
  expect(() => whole.fold(1, { "a/h": 0 })).toThrow('got "a/h". Its delays: lower/a/h, lower/b/h, c/h, c/c.');
});

test("a cell yields any of its outputs as h; what it remembers stays", () => {
  const cell = jordan({ inputs: 2, units: 3, outputs: 4, seed: 1 });
  const said = hiddenOutput(cell, "y");
  expect([said.units, said.hiddenShape, said.parameters]).toEqual([3, [4], cell.parameters]);
  const x = input("x", [3, 2, 2]);
  const [wanted, found] = [cell.scan(x), said.scan(x, { y: 0 })];
  const values = { x: drawReals([3, 2, 2], 1, "x") };
  expectSameValues(
    { ...found.outputs, ...found.final },
    { ...wanted.outputs, h: wanted.outputs.y, ...wanted.final },
    values,
  );
  expect(stacked([said, elman({ inputs: 4, units: 1, seed: 1 })]).scan(x).outputs.h.shape).toEqual([3, 2, 1]);
  expectProblem(() => hiddenOutput(cell, "c" as "y"), {
    name: "GraphError",
    code: "OUTPUT_UNKNOWN",
    message: 'hiddenOutput("jordan", output): the output must be one of the cell\'s, got "c". Its outputs: h, y.',
  });
});

describe("errors", () => {
  const a = elman({ name: "a", inputs: 2, units: 3, seed: 1 });
  const b = elman({ name: "b", inputs: 2, units: 3, seed: 1 });

  test.each([
    [[], "there must be at least one cell, got none."],
    [
      [
        residualCell(elman({ name: "a", inputs: 3, units: 3, seed: 1 })),
        elman({ name: "a", inputs: 3, units: 3, seed: 1 }),
      ],
      'every cell must have its own name, got "a" twice.',
    ],
    [[a, b], 'each cell must read what the one below it yields, got "b", which reads [2], upon "a", which yields [3].'],
    [
      [linearRecurrence({ inputs: 3, units: 3, seed: 1 }) as never],
      'every cell must yield h, got "linearRecurrence", which yields y, re, im. Say which of them is h: hiddenOutput(cell, "y").',
    ],
  ])("of a stack", (cells, message) => {
    expectProblem(() => stacked(cells).fold(2), {
      name: "ValueError",
      code: "LAYER_STACK",
      message: `stacked(cells, "stacked"): ${message}`,
    });
  });

  test.each([
    [{ forward: a, backward: a }, 'the cells must have two names, got "a" twice.'],
    [
      { forward: a, backward: elman({ name: "b", inputs: 3, units: 3, seed: 1 }) },
      "both cells must read one sequence, got [2] and [3].",
    ],
    [
      { forward: a, backward: elman({ name: "b", inputs: 2, units: 4, seed: 1 }), merge: "sum" as const },
      'what both cells yield must have one shape for "sum", got [3] and [4].',
    ],
    [{ forward: a, backward: b, merge: "max" as "sum" }, 'merge must be one of concat, sum, mean, got "max".'],
  ])("of two directions", (options, message) => {
    expectProblem(() => bidirectional(options), {
      name: "ValueError",
      code: "BIDIRECTIONAL",
      message: `bidirectional("bidirectional"): ${message}`,
    });
  });

  test("of initial values that are of neither direction", () => {
    expectProblem(() => bidirectional({ forward: a, backward: b }).scan(input("x", [2, 1, 2]), { h: 0 }), {
      name: "GraphError",
      code: "INITIAL_UNKNOWN",
      message:
        'bidirectional("bidirectional"): initial values must be named after delays of one cell: "forward/…" or "backward/…", got "h".',
    });
  });

  test("of a residual cell", () => {
    expectProblem(() => residualCell(a), {
      name: "ValueError",
      code: "RESIDUAL_SIZE",
      message: 'residualCell("a"): what the cell reads and what it yields must have one shape, got [2] and [3].',
    });
  });

  test("of a step within a step", () => {
    expectProblem(
      () =>
        foldedGraph("outer", (builder) => {
          const { next, outputs } = includeStep(builder, "a", a.fold(1), { y: builder.sequence("x", [1, 2]) });
          return { next, outputs };
        }),
      {
        name: "GraphError",
        code: "SEQUENCE_UNKNOWN",
        message:
          'includeStep(builder, "a", "a", sequences): the sequences given must be sequences of the folded graph, got "y". Its sequences: x.',
      },
    );
  });
});
