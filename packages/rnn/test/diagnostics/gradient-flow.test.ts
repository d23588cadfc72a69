/** Gradient flow: what is measured at a node inside the step is the gradient of that node, however the recurrence runs. */
import {
  add,
  attendAfter,
  clockwork,
  concat,
  createRuntime,
  dense,
  elman,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  gradientFlow,
  gru,
  hyperLstm,
  input,
  jordan,
  label,
  lstm,
  luongAttention,
  mul,
  residualCell,
  scan,
  sin,
  stack,
  stacked,
  sum,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type Node,
  type RecurrenceValues,
  type RunOptions,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, linear, seeds } from "../recurrences.js";
import { lossOf } from "../same-recurrences.js";

const cells = {
  elman: { make: (seed: number) => elman({ inputs: 2, units: 3, seed }), labels: ["h"] },
  jordan: { make: (seed: number) => jordan({ inputs: 2, units: 3, outputs: 2, seed }), labels: ["h", "y"] },
  lstm: {
    make: (seed: number) => lstm({ inputs: 2, units: 3, seed }),
    labels: ["h", "forget", "c", "input", "output", "candidate"],
  },
  gru: { make: (seed: number) => gru({ inputs: 2, units: 3, seed }), labels: ["update", "h", "reset", "candidate"] },
  clockwork: {
    make: (seed: number) => clockwork({ inputs: 2, units: 2, periods: [1, 2], seed }),
    labels: ["candidate", "h"],
  },
  hyperLstm: {
    make: (seed: number) => hyperLstm({ inputs: 2, units: 3, hyperUnits: 2, embedding: 2, seed }),
    labels: ["hyper/forget", "forget", "hyper/c", "c", "hyper/output", "h"],
  },
  "a stacked LSTM": {
    make: (seed: number) =>
      stacked([
        lstm({ name: "lower", inputs: 2, units: 2, seed }),
        residualCell(stacked([lstm({ name: "inner", inputs: 2, units: 2, seed: seed + 1 })], { name: "upper" })),
      ]),
    labels: ["lower/forget", "upper/inner/forget", "lower/h", "upper/residual", "upper/inner/candidate"],
  },
};
const runs = { scan, unfold };

/** Sums of at most some hundreds of products below 4, in other orders. */
const ATOL = 1e-12;

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  Array.from(found).forEach((x, i) => {
    expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(ATOL);
  });
}

/** The same nodes of the unfolded graph, found in its columns, and the gradient of the loss by each. */
function directly(folded: FoldedGraph, steps: number, x: Node, labels: readonly string[]): Record<string, FloatNode> {
  const unfolded = unfold(folded, steps, { x });
  const loss = lossOf({ ...unfolded, final: {} });
  return Object.fromEntries(
    labels.map((name) => {
      const nodes = unfolded.columns.map((column) => column.find((node) => node.label === name) as FloatNode);
      return [name, stack(gradient(loss, nodes, { missing: "zero" }))];
    }),
  );
}

describe.each(Object.entries(cells))("%s", (_, { make, labels }) => {
  test.each(Object.entries(runs))("its states and gates have the gradients of the unfolded graph: %s", (__, run) => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const folded: FoldedGraph = make(seed).fold(batch);
        const x = input("x", [steps, batch, 2]);
        const values = { x: drawReals([steps, batch, 2], seed, "x") };
        const loss = ({ outputs, ...rest }: RecurrenceValues): FloatNode => {
          const own = Object.keys(folded.outputs).map((name) => [name, outputs[name]!] as const);
          const last = Object.keys(folded.outputs).map((name) => [name, rest.last[name]!] as const);
          return lossOf({ ...rest, outputs: Object.fromEntries(own), last: Object.fromEntries(last), final: {} });
        };
        const flow = gradientFlow(folded, steps, loss, { of: labels, sequences: { x }, run });
        const found = evaluateAll(flow.cotangents, values);
        const norms = evaluateAll(flow.norms, values);
        const wanted = evaluateAll(directly(folded, steps, x, labels), values);
        expect(Object.keys(found)).toEqual(labels);
        for (const name of labels) {
          expect(found[name]!.shape).toEqual(wanted[name]!.shape);
          expectClose(found[name]!.data, wanted[name]!.data);
          const size = wanted[name]!.data.length / steps;
          const lengthsOf = Array.from({ length: steps }, (___, t) =>
            Math.hypot(...wanted[name]!.data.slice(t * size, (t + 1) * size)),
          );
          expectClose(norms[name]!.data, lengthsOf);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("its values are those of the recurrence as it is", () => {
    const folded: FoldedGraph = make(1).fold(2);
    const x = { x: drawReals([5, 2, 2], 1, "x") };
    const { values } = gradientFlow(folded, 5, ({ last }) => sum(last["h"] as FloatNode), { of: labels });
    const nodes = unfold(folded, 5).columns;
    for (const name of labels) {
      const wanted = stack(nodes.map((column) => column.find((node) => node.label === name)!));
      expect(evaluate(values[name]!, x)).toEqual(evaluate(wanted, x));
    }
  });
});

/** ∂h_T / ∂h_t of h_t = x_t + w h_{t-1} is w^(T - t). */
function linearNorms(w: number, steps: number, run: NonNullable<RunOptions["run"]>): number[] {
  const folded = foldedGraph("linear", ({ sequence, delay }) => {
    const h = label("h", add(sequence("x", []), mul(w, delay("h", [], { initial: 0 }))));
    return { next: { h }, outputs: { h } };
  });
  const flow = gradientFlow(folded, steps, ({ last }) => last.h, { of: ["h"], run });
  return [...evaluate(flow.norms["h"]!, { x: new Float64Array(steps).fill(1) }).data];
}

test("of a linear cell is w^distance, down to the smallest numbers; in reverse, truncated", () => {
  const powers = Array.from({ length: 100 }, (_, t) => 2 ** -(99 - t));
  expect(linearNorms(-0.5, 100, scan)).toEqual(powers);
  expect(linearNorms(-0.5, 100, (folded, steps, read) => scan(folded, steps, read, { reverse: true }))).toEqual(
    powers.toReversed(),
  );
  // Ten steps in windows of four that reach back six: the last window begins at step 8 and reaches back to 6.
  const truncated = linearNorms(0.5, 10, (folded, steps, read) =>
    scan(folded, steps, read, { truncate: { every: 4, through: 6 } }),
  );
  expect(truncated).toEqual([0, 0, 0, 0, 0, 0, 1 / 8, 1 / 4, 1 / 2, 1]);
});

test("compiled at 32 bits, norms survive where their squares would vanish", async () => {
  const cell = elman({ inputs: 1, units: 4, seed: 1 });
  const x = input("x", [60, 1, 1]);
  const { norms } = gradientFlow(cell.fold(1), 60, ({ last }) => sum(last.h), { of: ["h"], sequences: { x } });
  const runtime = await createRuntime();
  const look = await runtime.compile({ inputs: { x }, outputs: norms });
  const values = new Float64Array(60).fill(3);
  const found = look.run({ x: values })["h"]!.data;
  const wanted = evaluate(norms["h"]!, { x: [...values].map((value) => [[value]]) }).data;
  expect(wanted[0]).toBeLessThan(1e-19);
  // Sixty steps of three roundings each at 24 bits, and tanh' = 1 - h² near h = 1, which loses about seven bits.
  found.forEach((norm, t) => {
    expect(Math.abs(norm / wanted[t]! - 1), `step ${t}`).toBeLessThan(60 * 3 * 2 ** -17);
  });
});

test("of both directions of one layer, from a loss of what both yield", () => {
  const [ahead, back] = [
    lstm({ name: "ahead", inputs: 2, units: 2, seed: 1 }),
    gru({ name: "back", inputs: 2, units: 2, seed: 2 }),
  ];
  const x = input("x", [4, 1, 2]);
  const values = { x: drawReals([4, 1, 2], 3, "x") };
  const lossOfBoth = (a: FloatNode, b: FloatNode): FloatNode => sum(sin(concat([a, b], -1)));
  const backwards: NonNullable<RunOptions["run"]> = (...run) => scan(...run, { reverse: true });
  const others = { ahead: ahead.scan(x), back: back.scan(x, {}, { reverse: true }) };
  const flows = [
    gradientFlow(ahead.fold(1), 4, ({ outputs }) => lossOfBoth(outputs.h, others.back.outputs.h), {
      of: ["forget"],
      sequences: { x },
    }),
    gradientFlow(back.fold(1), 4, ({ outputs }) => lossOfBoth(others.ahead.outputs.h, outputs.h), {
      of: ["update"],
      sequences: { x },
      run: backwards,
    }),
  ];
  const unfolded = [unfold(ahead.fold(1), 4, { x }), unfold(back.fold(1), 4, { x }, { reverse: true })] as const;
  const loss = lossOfBoth(unfolded[0].outputs.h, unfolded[1].outputs.h);
  flows.forEach(({ loss: own, cotangents }, i) => {
    const [name, found] = Object.entries(cotangents)[0]!;
    const gates = unfolded[i]!.columns.map((column) => column.find((node) => node.label === name) as FloatNode);
    expectClose(evaluate(found, values).data, evaluate(stack(gradient(loss, gates)), values).data);
    expectClose(evaluate(own, values).data, evaluate(loss, values).data);
  });
});

test("of a decoder with attention: its cell's state, and what it yields of it", () => {
  const attender = luongAttention({ score: "dot", queries: 2, states: 2 }).over(input("states", [3, 1, 2]));
  const layer = dense({ name: "attended", inputs: 4, units: 1, seed: 2 });
  const cell = attendAfter(lstm({ inputs: 2, units: 2, seed: 3 }), attender, { layer });
  const { norms } = gradientFlow(cell.fold(1), 2, ({ last }) => sum(last.h), { of: ["h", "attended", "forget"] });
  expect(Object.keys(norms)).toEqual(["h", "attended", "forget"]);
});

test("a node that the loss does not depend on has no gradient", () => {
  const folded = foldedGraph("net", ({ sequence }) => {
    const x = sequence("x", [2]);
    return { next: {}, outputs: { y: label("used", sin(x)), other: label("unused", mul(x, x)) } };
  });
  const { norms } = gradientFlow(folded, 3, ({ outputs }) => sum(outputs.y), { of: ["unused", "used"] });
  const { unused, used } = evaluateAll(norms, {
    x: [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  });
  expect([...unused!.data]).toEqual([0, 0, 0]);
  expectClose(used!.data, [Math.SQRT2, Math.SQRT2, Math.SQRT2]);
});

describe("errors", () => {
  const of = (name: string) => () =>
    gradientFlow(lstm({ inputs: 1, units: 2, seed: 1 }).fold(1), 3, ({ last }) => sum(last.h), { of: [name] });

  test("a label that no node has", () => {
    expectProblem(of("forgot"), {
      name: "GraphError",
      code: "LABEL_UNKNOWN",
      message:
        'gradientFlow("lstm", T, loss, options): "forgot" must be the label of one node that a step of "lstm" computes, got 0 such nodes. Labelled: output, forget, input, candidate, c, h; label("forgot", node) labels a node where the step is drawn.',
    });
  });

  test("a label that several nodes have", () => {
    const folded = foldedGraph("net", ({ sequence }) => {
      const x = sequence("x", []);
      return { next: {}, outputs: { y: mul(label("h", sin(x)), label("h", add(x, 1))) } };
    });
    expectProblem(() => gradientFlow(folded, 3, ({ last }) => last.y, { of: ["h"] }), {
      name: "GraphError",
      code: "LABEL_UNKNOWN",
      message:
        'gradientFlow("net", T, loss, options): "h" must be the label of one node that a step of "net" computes, got 2 such nodes. Labelled: h; label("h", node) labels a node where the step is drawn.',
    });
  });

  test("what a step reads is not what it computes", () => {
    expect(() => gradientFlow(linear(1, { initial: 0 }), 3, ({ last }) => last.h, { of: ["x"] })).toThrow(
      /"x" must be the label of one node that a step of "linear" computes, got 0/,
    );
  });
});
