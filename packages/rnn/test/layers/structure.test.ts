/** Cells put together: what wiring by hand yields. */
import {
  add,
  bidirectional,
  concat,
  createRuntime,
  elman,
  foldedGraph,
  foldedPicture,
  gru,
  includeStep,
  input,
  jordan,
  lstm,
  mul,
  residualCell,
  reverse,
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
import { batches, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

const makers = {
  elman,
  lstm,
  gru,
  jordan: (options: Parameters<typeof elman>[0]) => jordan({ ...options, outputs: 2 }),
};
const kinds = fc.constantFrom(...(Object.keys(makers) as (keyof typeof makers)[]));

/** Cells of drawn kinds and sizes, each upon the one before. */
function drawStack(names: readonly (keyof typeof makers)[], inputs: number, seed: number): HiddenCell[] {
  const uniform = uniformNumbers(seed, "sizes");
  let below = inputs;
  return names.map((kind, i) => {
    const units = 1 + Math.floor(uniform() * 3);
    const cell: HiddenCell = makers[kind]({ name: `${kind}${i}`, inputs: below, units, seed });
    below = units;
    return cell;
  });
}

const stacks = fc.array(kinds, { minLength: 1, maxLength: 3 });
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
    fc.property(kinds, merges, lengths, batches, seeds, ways, (kind, merge, steps, batch, seed, way) => {
      const forward: HiddenCell = makers[kind]({ name: "forward", inputs: 2, units: 3, seed });
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
    fc.property(kinds, lengths, batches, seeds, (kind, steps, batch, seed) => {
      const cell: HiddenCell = makers[kind]({ name: "inner", inputs: 2, units: 2, seed });
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
    [
      [a, b],
      'each cell must have as many inputs as the one below it has units, got "b" with 2 inputs upon "a" with 3 units.',
    ],
  ])("of a stack", (cells, message) => {
    expectProblem(() => stacked(cells), {
      name: "ValueError",
      code: "LAYER_STACK",
      message: `stacked(cells, "stacked"): ${message}`,
    });
  });

  test.each([
    [{ forward: a, backward: a }, 'the cells must have two names, got "a" twice.'],
    [
      { forward: a, backward: elman({ name: "b", inputs: 3, units: 3, seed: 1 }) },
      'both cells must have as many inputs, got "a" with 2 inputs and 3 units, "b" with 3 and 3.',
    ],
    [
      { forward: a, backward: elman({ name: "b", inputs: 2, units: 4, seed: 1 }), merge: "sum" as const },
      'both cells must have as many units for "sum", got "a" with 2 inputs and 3 units, "b" with 2 and 4.',
    ],
    [{ forward: a, backward: b, merge: "max" as "sum" }, 'merge must be one of concat, sum, mean, got "max".'],
  ])("of two directions", (options, message) => {
    expectProblem(() => bidirectional(options), {
      name: "ValueError",
      code: "BIDIRECTIONAL",
      message: `bidirectional("bidirectional"): ${message}`,
    });
  });

  test("of a residual cell", () => {
    expectProblem(() => residualCell(a), {
      name: "ValueError",
      code: "RESIDUAL_SIZE",
      message: 'residualCell("a"): the cell must have as many inputs as units, got 2 inputs and 3 units.',
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
