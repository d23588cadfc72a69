/** What a decoder starts from and sees at every step: initial values from a vector or another memory, a vector beside its input. */
import {
  add,
  attendAfter,
  bridge,
  conditionedOn,
  constant,
  dense,
  elman,
  evaluate,
  evaluateAll,
  foldedGraph,
  gru,
  handOver,
  input,
  luongAttention,
  lstm,
  matmul,
  mul,
  randomKey,
  recurrentCell,
  recurrentDropout,
  rewrittenCell,
  stacked,
  tanh,
  concat,
  broadcastTo,
  reshape,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameValues } from "../same-recurrences.js";

/** h_t = x_t + h_{t-3} / 2: a delay of three steps. */
const far = recurrentCell({ name: "far", inputs: 2, units: 2, parameters: {} }, (batch, initial = {}) =>
  foldedGraph("far", ({ sequence, delay }) => {
    const h = add(
      sequence("x", [batch, 2]),
      mul(0.5, delay("h", [batch, 2], { steps: 3, initial: initial["h"] ?? 0 })),
    );
    return { next: { h }, outputs: { h } };
  }),
);

describe("a bridge", () => {
  test("is a layer of tanh units for each delay, and each step of it", () => {
    fc.assert(
      fc.property(batches, seeds, (batch, seed) => {
        const cell = stacked([far, lstm({ name: "upper", inputs: 2, units: 3, seed })]);
        const start = bridge({ inputs: 4, cell, seed });
        const vector = input("vector", [batch, 4]);
        const initial = start.apply(vector);
        const values = { vector: drawReals([batch, 4], seed, "vector") };
        expect(Object.keys(initial)).toEqual(["far/h", "upper/h", "upper/c"]);
        const wanted = Object.keys(initial).map((name) => {
          const { [`${name}/weight`]: W, [`${name}/bias`]: b } = start.parameters;
          return [name, tanh(add(matmul(vector, W!), b!))] as const;
        });
        const found = evaluateAll(initial, values);
        const layers = evaluateAll(Object.fromEntries(wanted), values);
        for (const [name, { data, shape }] of Object.entries(found)) {
          const [steps, , size] = shape as [number, number, number];
          expect(shape).toEqual([name === "far/h" ? 3 : 1, batch, name === "far/h" ? 2 : 3]);
          data.forEach((element, i) => {
            const [k, b, unit] = [Math.floor(i / (batch * size)), Math.floor(i / size) % batch, i % size];
            expect(element).toBe(layers[name]!.data[(b * steps + k) * size + unit]);
          });
        }
        expect(cell.scan(input("y", [2, batch, 2]), initial).outputs.h.shape).toEqual([2, batch, 3]);
      }),
      { numRuns: 20 },
    );
  });

  test("leaves counters alone", () => {
    const cell = rewrittenCell(gru({ inputs: 2, units: 3, seed: 1 }), (folded) =>
      recurrentDropout(folded, { key: randomKey(1), inputs: 0.5 }),
    );
    expect(Object.keys(cell.fold(1).delays)).toEqual(["h", "step number"]);
    expect(Object.keys(bridge({ inputs: 2, cell, seed: 1 }).parameters)).toEqual(["h/weight", "h/bias"]);
  });

  test("its parameters have paths of its own; sizes and vectors are checked", () => {
    const cell = elman({ inputs: 2, units: 3, seed: 1 });
    const start = bridge({ name: "start", inputs: 4, cell, seed: 1 });
    expect(start.parameters["h/weight"]!.label).toBe("start/h/weight");
    expect(() => bridge({ inputs: 0, cell, seed: 1 })).toThrow("inputs must be a whole number ≥ 1, got 0");
    for (const shape of [[2, 3], [2, 2, 4], [4]]) {
      expectProblem(() => start.apply(input("v", shape)), {
        name: "ShapeError",
        code: "BRIDGE_INPUT",
        message: `bridge("start").apply(vector): the vector must be f32[B, 4], got f32[${shape.join(", ")}] ("v").`,
      });
    }
  });
});

describe("a memory handed over", () => {
  const upper = gru({ name: "upper", inputs: 2, units: 3, seed: 1 });
  const decoder = stacked([lstm({ name: "lower", inputs: 2, units: 2, seed: 1 }), upper]);

  test("goes from place to place, whatever the names", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const encoder = stacked([
          lstm({ name: "a", inputs: 2, units: 2, seed }),
          gru({ name: "b", inputs: 2, units: 3, seed }),
        ]);
        const { final } = encoder.scan(input("x", [steps, batch, 2]));
        const initial = { "lower/h": final["a/h"]!, "lower/c": final["a/c"]!, "upper/h": final["b/h"]! };
        const y = input("y", [2, batch, 2]);
        const [found, wanted] = [decoder.scan(y, handOver(final, decoder)), decoder.scan(y, initial)];
        const values = { x: drawReals([steps, batch, 2], seed, "x"), y: drawReals([2, batch, 2], seed, "y") };
        expectSameValues(everything(found), everything(wanted), values);
      }),
      { numRuns: 10 },
    );
  });

  test("must be as large in every part", () => {
    const { final } = gru({ inputs: 2, units: 3, seed: 1 }).scan(input("x", [4, 2, 2]));
    expectProblem(() => handOver(final, decoder), {
      name: "GraphError",
      code: "HAND_OVER",
      message:
        'handOver(final, "stacked"): there must be a final value for every delay of the cell, got h for lower/h, lower/c, upper/h. bridge(…) makes initial values of any vector.',
    });
    const small = elman({ inputs: 2, units: 2, seed: 1 });
    expectProblem(() => small.fold(2, handOver(final, small)), {
      name: "GraphError",
      code: "INITIAL_SHAPE",
      message:
        'foldedGraph("elman"): delay "h": the initial value must be a number, [2, 2], or [1, 2, 2] with the oldest step first, got f32[1, 2, 3]. delay(name, shape, { initial: 0 }) starts from zeros.',
    });
  });
});

describe("a cell conditioned on a vector", () => {
  test("reads it beside its input at every step, in a stack too", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, fc.boolean(), (steps, batch, seed, reverse) => {
        const cell = lstm({ inputs: 2 + 3, units: 2, seed });
        const [x, context] = [input("x", [steps, batch, 2]), input("context", [batch, 3])];
        const conditioned = conditionedOn(cell, context);
        expect(conditioned.inputs).toBe(2);
        const beside = broadcastTo(reshape(context, [1, batch, 3]), [steps, batch, 3]);
        const wanted = cell.scan(concat([x, beside], 2), {}, { reverse });
        const values = { x: drawReals([steps, batch, 2], seed, "x"), context: drawReals([batch, 3], seed, "context") };
        for (const way of ["scan", "over"] as const)
          expectSameValues(everything(conditioned[way](x, {}, { reverse })), everything(wanted), values);
        const stack = stacked([conditioned, elman({ inputs: 2, units: 1, seed })]);
        expect(evaluate(stack.scan(x).outputs["lstm/h"]!, values)).toEqual(
          evaluate(conditioned.scan(x).outputs.h, values),
        );
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    [[3], "CONTEXT_SHAPE", "the context must be f32[B, C], got f32[3]"],
    [[2, 1, 3], "CONTEXT_SHAPE", "the context must be f32[B, C], got f32[2, 1, 3]"],
    [[1, 3], "CONTEXT_SHAPE", "the context must be f32[2, 3], as the batch is, got f32[1, 3]"],
    [[2, 5], "CELL_INPUTS", "the cell must have F + 5 inputs, F ≥ 1 of its own, got 5"],
  ])("a context of shape %j", (shape, code, message) => {
    const cell = gru({ inputs: 5, units: 2, seed: 1 });
    expectProblem(() => conditionedOn(cell, constant(drawReals(shape, 1, "c"))).scan(input("x", [4, 2, 2])), {
      name: "ShapeError",
      code,
      message: `conditionedOn("gru", context): ${message}.`,
    });
  });
});

test("a cell attends once after its step: the second time, what it carries has a name already", () => {
  const states = luongAttention({ score: "dot", queries: 2, states: 2 }).over(input("states", [3, 1, 2]));
  const layer = dense({ inputs: 4, units: 2, seed: 1 });
  const once = attendAfter(gru({ inputs: 6, units: 2, seed: 1 }), states, { layer });
  expectProblem(() => attendAfter(once, states, { layer }).fold(1), {
    name: "GraphError",
    code: "STEP_NAME_TWICE",
    message: 'attendAfter("gru", attender, options): no delay of the cell must be called "attended", got one that is.',
  });
});
