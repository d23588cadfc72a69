/** Recurrences made of recurrences: side by side in a step, one upon the other, one inside the other. */
import {
  add,
  checkGradients,
  concat,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  foldedGraph,
  foldedPicture,
  gru,
  includeStep,
  input,
  matmul,
  ndArray,
  printFolded,
  scan,
  sgd,
  slice,
  square,
  sub,
  sum,
  tanh,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type HiddenCell,
  type IntNode,
  type NdArray,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyKind, hiddenCells, type HiddenCellKind } from "../hidden-cells.js";
import { batches, drawConstant, drawParam, drawReals, lengths, linear, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

/** An Elman step, written out. */
function step(x: FloatNode, h: FloatNode, W: FloatNode, U: FloatNode, b: FloatNode): FloatNode {
  return tanh(add(add(matmul(x, W), matmul(h, U)), b));
}

test("a step of two cells, one upon the other, is one unfolding upon the other", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const lower = [
        drawParam("lower/W", [2, 3], seed),
        drawParam("lower/U", [3, 3], seed),
        drawParam("lower/b", [3], seed),
      ] as const;
      const upper = [
        drawParam("upper/W", [3, 2], seed),
        drawParam("upper/U", [2, 2], seed),
        drawParam("upper/b", [2], seed),
      ] as const;
      const stacked = foldedGraph("stacked", ({ sequence, delay }) => {
        const h1 = delay("h1", [batch, 3], { initial: 0 });
        const h2 = delay("h2", [batch, 2], { initial: 0 });
        const next1 = step(sequence("x", [batch, 2]), h1, ...lower);
        const next2 = step(next1, h2, ...upper);
        return { next: { h1: next1, h2: next2 }, outputs: { y: next2 } };
      });
      const layer = (inputs: number, units: number, weights: typeof lower) =>
        foldedGraph("layer", ({ sequence, delay }) => {
          const h = delay("h", [batch, units], { initial: 0 });
          const next = step(sequence("x", [batch, inputs]), h, ...weights);
          return { next: { h: next }, outputs: { h: next } };
        });
      const x = drawConstant([steps, batch, 2], seed, "x");
      const first = unfold(layer(2, 3, lower), steps, { x });
      const second = unfold(layer(3, 2, upper), steps, { x: first.outputs.h });
      expect(evaluate(unfold(stacked, steps, { x }).outputs.y)).toEqual(evaluate(second.outputs.h));
    }),
  );
});

test("a step may unfold a recurrence of its own over a window", () => {
  const total = linear(1, { initial: 0 });
  const outer = foldedGraph("windows", ({ sequence, delay }) => {
    const window = sequence("x", [3]);
    const before = delay("total", [], { initial: 0 });
    const next = add(before, unfold(total, 3, { x: window }).last.h);
    return { next: { total: next }, outputs: { total: next } };
  });
  const { outputs } = unfold(outer, 2);
  expect([
    ...evaluate(outputs.total, {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    }).data,
  ]).toEqual([6, 21]);
});

/** Features of a character, elements of the state of a word and of a sentence. */
const [F, INNER, OUTER] = [2, 2, 3];

/** A sentence of words of characters, and how the recurrence over a word's characters runs. */
interface Sentences {
  readonly fold: (way: "scan" | "over") => FoldedGraph<{ readonly h: FloatNode; readonly word: FloatNode }>;
  readonly parameters: readonly FloatNode[];
  readonly word: FloatNode;
  readonly ends: IntNode;
  readonly values: Readonly<Record<"word" | "ends", NdArray>>;
}

/**
 * Each word, of a length of its own, is read by a recurrence inside the step of the one that reads words; it starts from
 * what was known two words ago.
 */
function drawSentences(
  kind: HiddenCellKind,
  steps: number,
  characters: number,
  batch: number,
  seed: number,
): Sentences {
  const inner = gru({ name: "inner", inputs: F, units: INNER, seed });
  const outer: HiddenCell = hiddenCells[kind]({ name: "outer", inputs: INNER, units: OUTER, seed });
  const start = drawParam("start", [OUTER, INNER], seed);
  const ends = Array.from({ length: steps * batch }, (_, i) => 1 + ((seed + 7 * i) % characters));
  return {
    fold: (way) =>
      foldedGraph("sentence", (builder) => {
        const word = builder.sequence("word", [characters, batch, F]);
        const own = builder.sequence("ends", [batch], "i32");
        const known = builder.delay("known", [batch, OUTER], { steps: 2, initial: 0.5 });
        const { last } = inner[way](word, { h: tanh(matmul(known, start)) }, { lengths: own });
        const { next, outputs } = includeStep(builder, "outer", outer.fold(batch), { x: last.h });
        return { next: { ...next, known: outputs.h }, outputs: { h: outputs.h, word: last.h } };
      }),
    parameters: [start, ...Object.values(inner.parameters), ...Object.values(outer.parameters)],
    word: input("word", [steps, characters, batch, F]),
    ends: input("ends", [steps, batch], "i32"),
    values: {
      word: drawReals([steps, characters, batch, F], seed, "word"),
      ends: ndArray(ends, { shape: [steps, batch], dtype: "i32" }),
    },
  };
}

describe("a recurrence inside the step of another", () => {
  const few = fc.integer({ min: 1, max: 4 });

  test("yields the same, with the same gradients, however each of them runs, in both directions", () => {
    fc.assert(
      fc.property(anyKind, few, few, batches, seeds, fc.boolean(), (kind, steps, characters, batch, seed, reverse) => {
        const { fold, parameters, word, ends, values } = drawSentences(kind, steps, characters, batch, seed);
        const wanted = unfold(fold("over"), steps, { word, ends }, { reverse });
        const others = [
          unfold(fold("scan"), steps, { word, ends }, { reverse }),
          scan(fold("over"), steps, { word, ends }, { reverse }),
          scan(fold("scan"), steps, { word, ends }, { reverse }),
          scan(fold("scan"), steps, { word, ends }, { reverse, checkpoint: { every: 2 } }),
        ];
        for (const other of others) {
          expectSameValues(everything(other), everything(wanted), values);
          expectSameGradients(other, wanted, [...parameters, word], values);
        }
      }),
      { numRuns: 10 },
    );
  });

  test.each(["scan", "over"] as const)("derivatives of order 1 and 2 equal central differences: %s inside", (way) => {
    const { fold, parameters, word, ends, values } = drawSentences("lstm", 3, 3, 2, 1);
    const chosen = parameters.filter(({ label }) => /recurrentWeight$|start/.test(label!));
    expect(chosen).toHaveLength(3);
    const { outputs } = scan(fold(way), 3, { word, ends });
    checkGradients(sum(outputs.h), { wrt: [word, ...chosen], values, order: 2 });
  });

  test("is a recurrence inside a recurrence by hand: words one by one, each from what was known two words ago", () => {
    const { fold, word, values, ends } = drawSentences("gru", 4, 3, 1, 3);
    const inner = gru({ name: "inner", inputs: F, units: INNER, seed: 3 });
    const start = evaluate(drawParam("start", [OUTER, INNER], 3));
    expect(printFolded(fold("scan"))).toContain("scan");
    expect(foldedPicture(fold("scan")).boxes.length).toBeGreaterThan(10);
    const { h, word: words } = evaluateAll(scan(fold("scan"), 4, { word, ends }).outputs, values);
    for (let t = 0; t < 4; t++) {
      const length = values.ends.data[t]!;
      const known = t < 2 ? [0.5, 0.5, 0.5] : [...h.data.slice(OUTER * (t - 2), OUTER * (t - 1))];
      const characters = [...values.word.data.slice(t * 3 * F, (t * 3 + length) * F)];
      const x = constant(ndArray(characters, { shape: [length, 1, F] }));
      const { last } = inner.over(x, { h: tanh(matmul(constant([known]), constant(start))) });
      expect([...words.data.slice(INNER * t, INNER * (t + 1))]).toEqual([...evaluate(last.h).data]);
    }
  });

  test("compiled, scans inside a scan train as one program", async () => {
    const { fold, word, ends, values } = drawSentences("gru", 4, 3, 2, 5);
    const { last } = scan(fold("scan"), 4, { word, ends });
    const loss = sum(square(sub(last.h, 0.25)));
    const expected = evaluate(loss, values).item();
    const step = await (
      await createRuntime()
    ).compile({
      inputs: { word, ends },
      outputs: { loss },
      updates: sgd({ learningRate: 0.1 }).minimize(loss),
    });
    const losses = Array.from({ length: 30 }, () => step.run(values).loss.item());
    // Four steps of sums of a few products below 1, in 32 bits.
    expect(Math.abs(losses[0]! - expected)).toBeLessThanOrEqual(1e-5);
    expect(losses[29]!).toBeLessThan(losses[0]! / 10);
  });
});

test("an unfolding may read part of another's outputs", () => {
  const x = constant([1, 2, 3, 4]);
  const first = unfold(linear(1, { initial: 0 }), 4, { x });
  const second = unfold(linear(1, { initial: 0 }), 2, { x: slice(first.outputs.h, { axis: 0, start: 2 }) });
  expect([...evaluate(second.outputs.h).data]).toEqual([6, 16]);
  expect([...evaluate(concat([first.outputs.h, second.outputs.h], 0)).data]).toEqual([1, 3, 6, 10, 6, 16]);
});
