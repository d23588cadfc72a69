/** Attention: the papers' equations in plain numbers, masks, and decoders that attend. */
import {
  add,
  additiveAttention,
  attendAfter,
  attendBefore,
  checkGradients,
  constant,
  dense,
  elman,
  evaluate,
  evaluateAll,
  foldedPicture,
  gradient,
  gru,
  input,
  lstm,
  luongAttention,
  param,
  scaledDotProductAttention,
  slice,
  stacked,
  sum,
  type StateAttention,
  mul,
  stateAttention,
  type FloatNode,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

const [Q, M] = [3, 2];

type Rows = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((total, x, i) => total + x * b[i]!, 0);
const timesMatrix = (row: readonly number[], matrix: Rows): number[] =>
  matrix[0]!.map((_, j) =>
    dot(
      row,
      matrix.map((line) => line[j]!),
    ),
  );

/** Scores in plain numbers, from a query, a state and the parameters. */
type Score = (query: readonly number[], state: readonly number[], weights: Readonly<Record<string, Rows>>) => number;

const attentions: Readonly<Record<string, { make: (seed: number) => StateAttention; states: number; score: Score }>> = {
  additive: {
    make: (seed) => additiveAttention({ queries: Q, states: M, units: 4, seed }),
    states: M,
    score: (query, state, { queryWeight, stateWeight, scoreWeight }) => {
      const [a, b] = [timesMatrix(query, queryWeight!), timesMatrix(state, stateWeight!)];
      return dot(
        a.map((x, i) => Math.tanh(x + b[i]!)),
        scoreWeight!.map(([v]) => v!),
      );
    },
  },
  dot: { make: () => luongAttention({ score: "dot", queries: Q, states: Q }), states: Q, score: dot },
  general: {
    make: (seed) => luongAttention({ score: "general", queries: Q, states: M, seed }),
    states: M,
    score: (query, state, { weight }) => dot(timesMatrix(query, weight!), state),
  },
  concat: {
    make: (seed) => luongAttention({ score: "concat", queries: Q, states: M, units: 4, seed }),
    states: M,
    score: (query, state, { weight, scoreWeight }) =>
      dot(
        timesMatrix([...query, ...state], weight!).map(Math.tanh),
        scoreWeight!.map(([v]) => v!),
      ),
  },
  scaled: {
    make: () => scaledDotProductAttention({ size: Q }),
    states: Q,
    score: (query, state) => dot(query, state) / Math.sqrt(Q),
  },
};

function rowsOf({ data, shape }: NdArray): number[][] {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, i) => [...data.slice(i * width, (i + 1) * width)]);
}

describe.each(Object.entries(attentions))("%s", (_, { make, states: size, score }) => {
  test("is the paper's, in plain numbers", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const attend = make(seed);
        const [states, query] = [drawReals([steps, batch, size], seed, "states"), drawReals([batch, Q], seed, "query")];
        const weights = Object.fromEntries(
          Object.entries(attend.parameters).map(([name, parameter]) => [name, rowsOf(evaluate(parameter))]),
        );
        const found = evaluateAll({ ...attend.over(constant(states)).read(constant(query)) });
        const [stateRows, queryRows] = [rowsOf(states), rowsOf(query)];
        for (let b = 0; b < batch; b++) {
          const own = Array.from({ length: steps }, (_, t) => stateRows[t * batch + b]!);
          const powers = own.map((state) => Math.exp(score(queryRows[b]!, state, weights)));
          const total = powers.reduce((a, c) => a + c, 0);
          powers.forEach((power, t) => {
            expect(found.weights.data[b * steps + t]).toBeCloseTo(power / total, 12);
          });
          for (let m = 0; m < size; m++) {
            const mean =
              dot(
                powers,
                own.map((state) => state[m]!),
              ) / total;
            expect(found.context.data[b * size + m]).toBeCloseTo(mean, 12);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test("padding counts for nothing, be it NaN: neither for values nor for gradients", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), seeds, fc.boolean(), (steps, seed, isMask) => {
        const attend = make(seed);
        const own = 1 + (seed % (steps - 1));
        const states = param("states", drawReals([steps, 1, size], seed, "states"));
        const spoil = constant(Array.from({ length: steps }, (_, t) => [[t < own ? 0 : NaN]]));
        const query = param("query", drawReals([1, Q], seed, "query"));
        const mask = constant(
          Array.from({ length: steps }, (_, t) => [t < own]),
          "bool",
        );
        const padding = isMask ? { mask } : { lengths: constant([own], "i32") };
        const padded = attend.over(add(states, spoil), padding).read(query);
        const alone = attend.over(slice(states, { axis: 0, stop: own })).read(query);
        const wrt = [states, query, ...Object.values(attend.parameters)];
        const all = (context: FloatNode) => {
          const slopes = gradient(sum(context), wrt, { missing: "zero" });
          return evaluateAll({ context, ...Object.fromEntries(slopes.map((slope, i) => [`${i}`, slope])) });
        };
        const [found, wanted] = [all(padded.context), all(alone.context)];
        for (const [name, { data }] of Object.entries(wanted))
          data.forEach((element, i) => {
            expect(found[name as "context"].data[i]).toBeCloseTo(element, 12);
          });
        expect([...evaluate(padded.weights).data.slice(own)]).toEqual(new Array(steps - own).fill(0));
      }),
      { numRuns: 15 },
    );
  });

  test("derivatives are those of finite differences", () => {
    const attend = make(1);
    const states = param("states", drawReals([4, 2, size], 1, "states"));
    const query = param("query", drawReals([2, Q], 1, "query"));
    const { context, weights } = attend.over(states, { lengths: constant([4, 2], "i32") }).read(query);
    const loss = add(sum(context), sum(slice(weights, { axis: 1, stop: 1 })));
    checkGradients(loss, { wrt: [states, query, ...Object.values(attend.parameters)] });
  });
});

test("however small the scores, masked states have no weight, and no derivative", () => {
  const [states, query] = [input("states", [3, 2, 1]), input("query", [2, 1])];
  // Of the first sequence one state is there, of the second none.
  const mask = constant(
    [
      [true, false],
      [false, false],
      [false, false],
    ],
    "bool",
  );
  const { context, weights } = scaledDotProductAttention({ size: 1 }).over(states, { mask }).read(query);
  const [ds, dq] = gradient(sum(context), [states, query]);
  const [dds] = gradient(sum(mul(ds, ds)), [states], { missing: "zero" });
  const values = {
    states: [
      [[-3e38], [NaN]],
      [[5], [1e38]],
      [[NaN], [2]],
    ],
    query: [[1], [3]],
  };
  for (const precision of ["f64", "f32"] as const) {
    const found = evaluateAll({ context, weights, ds, dq, dds }, values, { precision });
    expect([...found.weights.data]).toEqual([1, 0, 0, 0, 0, 0]);
    expect(found.context.data[1]).toBe(0);
    expect([...found.ds.data].slice(1)).toEqual([0, 0, 0, 0, 0]);
    expect([...found.dds.data].slice(1)).toEqual([0, 0, 0, 0, 0]);
    expect(found.dq.data[1]).toBe(0);
  }
});

test("a row without any state attends to nothing, and stays free of NaN", () => {
  const attender = scaledDotProductAttention({ size: 2 }).over(constant([[[1, NaN]], [[2, 3]]]), {
    mask: constant([[false], [false]], "bool"),
  });
  const { context, weights } = evaluateAll({ ...attender.read(constant([[1, 1]])) });
  expect([...context.data, ...weights.data]).toEqual([0, 0, 0, 0]);
});

/** Decoders over the states of an encoder. */
function decoders(steps: number, batch: number, seed: number) {
  const x = input("x", [steps, batch, 2]);
  const encoder = gru({ name: "encoder", inputs: 2, units: 3, seed });
  const states = encoder.scan(x, {}, { lengths: constant(new Array<number>(batch).fill(steps), "i32") }).outputs.h;
  const additive = additiveAttention({ queries: 3, states: 3, units: 2, seed }).over(states);
  const general = luongAttention({ score: "general", queries: 3, states: 3, seed }).over(states);
  const cell = (inputs: number) => lstm({ name: "decoder", inputs, units: 3, seed });
  const lower = gru({ name: "lower", inputs: 4, units: 2, seed });
  const layer = dense({ name: "attended", inputs: 3 + 3, units: 4, seed, bias: false });
  return {
    x,
    encoder,
    made: {
      before: attendBefore(cell(1 + 3), additive),
      after: attendAfter(cell(1 + 4), general, { layer }),
      "without input feeding": attendAfter(cell(1), general, { layer, inputFeeding: false }),
      "in a stack": attendBefore(stacked([lower, elman({ name: "upper", inputs: 2, units: 3, seed })]), additive, {
        query: "upper/h",
      }),
    },
  };
}

test.each(["before", "after", "without input feeding", "in a stack"] as const)(
  "a decoder that attends (%s): unfolded and scanned, in both directions, gradients through the encoder",
  (kind) => {
    fc.assert(
      fc.property(lengths, lengths, batches, seeds, fc.boolean(), (steps, long, batch, seed, reverse) => {
        const { x, encoder, made } = decoders(long, batch, seed);
        const decoder = made[kind];
        const y = input("y", [steps, batch, 1]);
        const values = { x: drawReals([long, batch, 2], seed, "x"), y: drawReals([steps, batch, 1], seed, "y") };
        const [scanned, unfolded] = [decoder.scan(y, {}, { reverse }), decoder.over(y, {}, { reverse })];
        expect(scanned.outputs.weights.shape).toEqual([steps, batch, long]);
        expect(scanned.outputs.h.shape).toEqual([steps, batch, decoder.units]);
        expectSameValues(everything(scanned), everything(unfolded), values);
        const wrt = [x, y, ...Object.values(encoder.parameters), ...Object.values(decoder.parameters)];
        expectSameGradients(scanned, unfolded, wrt, values);
        expect(foldedPicture(decoder.fold(batch)).boxes.length).toBeGreaterThan(10);
      }),
      { numRuns: 8 },
    );
  },
);

test("decoders are the papers' equations, wired by hand over two steps", () => {
  const { made } = decoders(3, 1, 5);
  const y = input("y", [2, 1, 1]);
  const values = { x: drawReals([3, 1, 2], 5, "x"), y: drawReals([2, 1, 1], 5, "y") };
  const found = evaluateAll(made.after.scan(y).outputs, values);
  const W = evaluate(made.after.parameters["attended/weight"]!);
  for (let t = 0; t < 2; t++) {
    const [context, hidden] = [found.context, found.hidden].map(({ data }) => [...data.slice(3 * t, 3 * t + 3)]);
    const h = timesMatrix([...context!, ...hidden!], rowsOf(W)).map(Math.tanh);
    h.forEach((element, i) => {
      expect(found.h.data[4 * t + i]).toBeCloseTo(element, 12);
    });
  }
  // The query before the first step is the initial state, 0: a first context does not depend on what is read.
  const other = { ...values, y: drawReals([2, 1, 1], 6, "y") };
  const first = (fed: typeof values) => [...evaluateAll(made.before.scan(y).outputs, fed).context.data.slice(0, 3)];
  expect(first(values)).toEqual(first(other));
  // With input feeding, what was attended to at step 0 is read at step 1.
  const given = made.after.scan(y, { attended: 0.3 }).outputs.hidden;
  expect([...evaluate(given, values).data]).not.toEqual([...found.hidden.data]);
});

describe("errors", () => {
  const states = input("states", [4, 2, 3]);
  const attend = additiveAttention({ queries: 2, states: 3, units: 2, seed: 1 });

  test.each([
    [
      () => attend.over(input("s", [4, 2, 2])),
      '"attention".over(states): states must be f32[T, B, 3], time-major, T ≥ 1, got f32[4, 2, 2] ("s").',
    ],
    [
      () => attend.over(input("s", [0, 2, 3])),
      '"attention".over(states): states must be f32[T, B, 3], time-major, T ≥ 1, got f32[0, 2, 3] ("s").',
    ],
    [
      () => attend.over(input("s", [4, 2, 3], "i32") as never),
      '"attention".over(states): states must be f32[T, B, 3], time-major, T ≥ 1, got i32[4, 2, 3] ("s").',
    ],
    [
      () => attend.over(states).read(input("q", [2, 2], "i32") as never),
      '"attention".over(states).read(query): the query must be f32[2, 2], got i32[2, 2] ("q").',
    ],
    [
      () =>
        stateAttention({ name: "odd", queries: 2, states: 3, score: () => () => constant([1, 2, 3]) })
          .over(states)
          .read(input("q", [2, 2])),
      '"odd".over(states).read(query): score must give f32[2, 4], got f32[3].',
    ],
    [
      () => attend.over(states).read(input("q", [1, 2])),
      '"attention".over(states).read(query): the query must be f32[2, 2], got f32[1, 2] ("q").',
    ],
    [
      () => attend.over(states, { mask: input("m", [2, 4], "bool") }),
      '"attention".over(states): the mask must be bool[4, 2], or lengths i32[2], got bool[2, 4] ("m").',
    ],
    [
      () => attend.over(states, { lengths: constant([1, 2, 3], "i32") }),
      '"attention".over(states): the mask must be bool[4, 2], or lengths i32[2], got bool[4, 3].',
    ],
  ])("shapes %#", (action, message) => {
    expectProblem(action, { name: "ShapeError", code: "ATTENTION_SHAPE", message });
  });

  test("padding said twice", () => {
    expect(() => attend.over(states, { lengths: constant([1, 2], "i32"), mask: input("m", [4, 2], "bool") })).toThrow(
      "padding must be said once, got lengths and a mask",
    );
  });

  test("scores that there are not", () => {
    expect(() => luongAttention({ score: "dot", queries: 2, states: 3 })).toThrow(
      'luongAttention("attention"): queries and states must have one size for dot, got 2 and 3.',
    );
    expect(() => luongAttention({ score: "location" as "dot", queries: 2, states: 2 })).toThrow('got "location"');
    expect(() => additiveAttention({ queries: 0, states: 3, units: 1, seed: 1 })).toThrow("queries must be");
  });

  test("cells that cannot attend", () => {
    const attender = attend.over(states);
    expectProblem(() => attendBefore(gru({ inputs: 3, units: 2, seed: 1 }), attender), {
      name: "ShapeError",
      code: "CELL_INPUTS",
      message: 'attendBefore("gru", attender): the cell must have F + 3 inputs, F ≥ 1 of its own, got 3.',
    });
    const decoder = attendBefore(gru({ inputs: 4, units: 2, seed: 1 }), attender, { query: "c" });
    expectProblem(() => decoder.fold(2), {
      name: "GraphError",
      code: "ATTENTION_QUERY",
      message: 'attendBefore("gru", attender): the query must be a delay of the cell, got "c". Its delays: h.',
    });
  });
});
