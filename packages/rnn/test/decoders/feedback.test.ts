/** Decoders that read what they wrote: always, or now and then. */
import {
  add,
  argmax,
  carriedRecurrence,
  carriedRestarts,
  cast,
  checkGradients,
  constant,
  createRuntime,
  dense,
  embedding,
  evaluate,
  evaluateAll,
  foldedGraph,
  foldIn,
  gru,
  includeStep,
  input,
  ndArray,
  randomKey,
  rewrittenCell,
  sampleTokens,
  scan,
  scheduledSampling,
  freeRunning,
  stepByStep,
  sum,
  tanh,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type IntNode,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";
import { decoderKinds, drawDecoder, FEATURES } from "./decoders.js";

const interpreter = { backend: "interpreter", optimize: "exact", precision: "f64" } as const;
const kinds = fc.constantFrom(...decoderKinds);

/** The elements before those of a sequence: a first one, and all but the last. */
function shifted(first: ArrayLike<number>, { data, shape }: NdArray): NdArray {
  const size = data.length / shape[0]!;
  return ndArray(Float64Array.from([...Array.from(first), ...data.subarray(0, data.length - size)]), { shape });
}

describe.each(decoderKinds)("a free-running decoder: %s", (kind) => {
  test("yields what it yields when it is given what it wrote, unfolded and scanned, in both directions", () => {
    fc.assert(
      fc.property(lengths, lengths, batches, seeds, fc.boolean(), (steps, long, batch, seed, reverse) => {
        const { source, values, cell, initial, feed, parameters } = drawDecoder(kind, long, batch, seed);
        const start = input("start", [batch, FEATURES]);
        const fed = { ...values, start: drawReals([batch, FEATURES], seed, "start") };
        const free = freeRunning(cell.fold(batch, initial), { feed, initial: start });
        const [scanned, unfolded] = [scan(free, steps, {}, { reverse }), unfold(free, steps, {}, { reverse })];
        expectSameValues(everything(scanned), everything(unfolded), fed);
        expectSameGradients(scanned, unfolded, [...parameters, source, start], fed);
        if (reverse) return;
        const written = evaluateAll({ fed: scanned.outputs.fed, h: scanned.outputs.h }, fed);
        const y = input("y", [steps, batch, FEATURES]);
        const forced = cell.scan(y, initial);
        expect(evaluate(forced.outputs.h, { ...values, y: shifted(fed.start.data, written.fed) })).toEqual(written.h);
      }),
      { numRuns: 5 },
    );
  });

  test("derivatives through what it wrote, of order 1 and 2, equal central differences", () => {
    const { source, values, cell, initial, feed, parameters } = drawDecoder(kind, 3, 2, 7);
    const free = freeRunning(cell.fold(2, initial), { feed, initial: 0.5 });
    const wrt = [source, ...parameters.filter(({ label }) => label === "head/weight")];
    checkGradients(sum(scan(free, 3).outputs.h), { wrt, values, order: 2 });
  });

  test("step by step, the encoder read once, is a scan, bit for bit", async () => {
    const { values, cell, initial, feed } = drawDecoder(kind, 4, 2, 3);
    const free = freeRunning(cell.fold(2, initial), { feed, initial: 0.5 });
    const whole = evaluateAll({ h: scan(free, 5).outputs.h }, values);
    const stepper = await stepByStep(await createRuntime(interpreter), { draw: (carry) => ({ h: carry(free).h }) });
    expect(() => stepper.run({})).toThrow("Call reset({ source }) first");
    for (let again = 0; again < 2; again++) {
      stepper.reset({ source: values.source });
      const steps = Array.from({ length: 5 }, () => [...stepper.run({}).h.data]);
      expect(steps.flat()).toEqual([...whole.h.data]);
    }
  });
});

describe("scheduled sampling", () => {
  test("of probability 1 is teacher forcing, of 0 free running from the first element on, whatever the cell", () => {
    fc.assert(
      fc.property(kinds, lengths, batches, seeds, (kind, steps, batch, seed) => {
        const { source, values, cell, initial, feed, parameters } = drawDecoder(kind, 2, batch, seed);
        const y = input("y", [steps, batch, FEATURES]);
        const start = input("start", [batch, FEATURES]);
        const given = drawReals([steps, batch, FEATURES], seed, "y");
        const fed = {
          ...values,
          y: given,
          start: ndArray(given.data.slice(0, batch * FEATURES), { shape: [batch, FEATURES] }),
        };
        const sampled = (probability: number) =>
          rewrittenCell(cell, (folded) => scheduledSampling(folded, { feed, key: randomKey(seed), probability }));
        const forced = cell.scan(y, initial);
        const free = scan(freeRunning(cell.fold(batch, initial), { feed, initial: start }), steps);
        for (const [probability, wanted] of [
          [1, forced],
          [0, free],
        ] as const) {
          for (const way of ["scan", "over"] as const) {
            const { outputs, last } = sampled(probability)[way](y, initial);
            const rest = { name: "", steps, sequences: {}, final: {} };
            const found = { ...rest, outputs: { h: outputs.h }, last: { h: last.h } };
            const expected = { ...rest, outputs: { h: wanted.outputs.h }, last: { h: wanted.last.h } };
            expectSameValues(everything(found), everything(expected), fed);
            expectSameGradients(found, expected, [...parameters, source], fed);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  /** A step that yields what it reads; what it writes is told apart from what it is given. */
  const echo = (batch: number): FoldedGraph<{ readonly y: FloatNode }> =>
    foldedGraph("echo", ({ sequence }) => {
      const x = sequence("x", [batch, 2]);
      return { next: {}, outputs: { y: x } };
    });
  const readings = (probability: FloatNode | number, seed: number): number[] => {
    const [steps, batch] = [50, 40];
    const sampled = scheduledSampling(echo(batch), {
      key: randomKey(seed),
      probability,
      feed: ({ y }) => add(tanh(y), 2),
    });
    const { data } = evaluate(scan(sampled, steps).outputs.y, {
      x: ndArray(new Float64Array(steps * batch * 2), { shape: [steps, batch, 2] }),
      ...(typeof probability === "object" && { probability: 0.7 }),
    });
    return [...data];
  };

  test.each([0.1, 0.5, 0.9])(
    "reads what is given with probability %d, each sequence for itself, never its own first",
    (p) => {
      const read = readings(p, 5).map((value) => (value === 0 ? 1 : 0));
      // Both features of a sequence are read from one place.
      const rows = read.filter((_, i) => i % 2 === 0);
      expect(read.filter((_, i) => i % 2 === 1)).toEqual(rows);
      expect(rows.slice(0, 40)).toEqual(new Array<number>(40).fill(1));
      const later = rows.slice(40);
      const rate = later.reduce<number>((total, one) => total + one, 0) / later.length;
      // Four standard deviations of a mean of 1960 coins.
      expect(Math.abs(rate - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / later.length));
      expect(new Set(Array.from({ length: 49 }, (_, t) => later.slice(40 * t, 40 * t + 40).join())).size).toBe(49);
    },
  );

  test("the probability may be a node, the key decides", () => {
    expect(readings(input("probability", []), 5)).toEqual(readings(0.7, 5));
    expect(readings(0.7, 6)).not.toEqual(readings(0.7, 5));
  });

  test("of padded sequences, each reads its own first element, also from the end", () => {
    fc.assert(
      fc.property(batches, lengths, seeds, fc.boolean(), (batch, steps, seed, reverse) => {
        const sizes = Array.from({ length: batch }, (_, b) => 1 + ((seed + 3 * b) % steps));
        const sampledFor = (rows: number) =>
          scheduledSampling(echo(rows), { key: randomKey(seed), probability: 0, feed: ({ y }) => add(tanh(y), 2) });
        const x = drawReals([steps, batch, 2], seed, "x");
        const padded = scan(sampledFor(batch), steps, { x: constant(x) }, { reverse, lengths: constant(sizes, "i32") });
        const together = evaluate(padded.outputs.y);
        sizes.forEach((size, b) => {
          const row = (data: ArrayLike<number>, t: number): number[] =>
            [0, 1].map((i) => data[(t * batch + b) * 2 + i]!);
          const own = Array.from({ length: size }, (_, t) => [row(x.data, t)]);
          const alone = evaluate(scan(sampledFor(1), size, { x: constant(own) }, { reverse }).outputs.y);
          const found = Array.from({ length: size }, (_, t) => row(together.data, t)).flat();
          expect(found).toEqual([...alone.data]);
        });
      }),
    );
  });
});

test("of packed sequences, each begins with what it is given", () => {
  const sampled = scheduledSampling(
    foldedGraph("echo", ({ sequence }) => {
      const x = sequence("x", [1, 1]);
      return { next: {}, outputs: { y: x } };
    }),
    { key: randomKey(1), probability: 0, feed: ({ y }) => add(y, 1) },
  );
  const x = constant([10, 0, 0, 20, 0, 0].map((element) => [[element]]));
  const segments = constant([[1], [1], [1], [2], [2], [0]], "i32");
  expect([...evaluate(scan(sampled, 6, { x }, { segments }).outputs.y).data]).toEqual([10, 11, 12, 20, 21, 0]);
});

test("free running with lengths, checkpoints, truncation, or carried from window to window", async () => {
  const { cell, initial, feed, parameters, source, values } = drawDecoder(
    "LSTM, that starts from a bridge and attends after",
    3,
    2,
    4,
  );
  const free = freeRunning(cell.fold(2, initial), { feed, initial: 0.5 });
  const whole = scan(free, 6);
  const wrt = [...parameters, source];
  expectSameGradients(scan(free, 6, {}, { checkpoint: { every: 2 } }), whole, wrt, values);
  expectSameGradients(scan(free, 6, {}, { truncate: { every: 2, through: 6 } }), whole, wrt, values);

  const { h } = evaluateAll(whole.outputs, values);
  const ended = evaluate(scan(free, 6, {}, { lengths: constant([6, 2], "i32") }).outputs.h, values);
  const units = h.shape[2]!;
  const isOver = (i: number): boolean => Math.floor(i / units) % 2 === 1 && i >= 2 * 2 * units;
  expect([...ended.data]).toEqual(Array.from(h.data, (element, i) => (isOver(i) ? 0 : element)));

  const carried = carriedRecurrence(free);
  const windows = scan(carried.folded, 2);
  const runtime = await createRuntime(interpreter);
  const step = await runtime.compile({
    inputs: { source },
    outputs: { h: windows.outputs.h },
    updates: carried.updates(windows),
  });
  const { reset } = await carriedRestarts(runtime, { carried });
  reset(values);
  const found = [0, 1, 2].flatMap(() => [...step.run(values).h.data]);
  expect(found).toEqual([...h.data]);
});

describe("tokens", () => {
  const [V, B] = [5, 3];
  const table = embedding({ tokens: V, units: 4, seed: 1 });
  const head = dense({ inputs: 6, units: V, seed: 2 });
  const cell = gru({ inputs: 4, units: 6, seed: 3 });
  const model = foldedGraph("model", (builder) => {
    const tokens = builder.sequence("tokens", [B], "i32");
    const { next, outputs } = includeStep(builder, "cell", cell.fold(B), { x: table.apply(tokens) });
    return { next, outputs: { logits: head.apply(outputs.h) } };
  });
  const drawn = (seed: number) =>
    freeRunning(model, {
      sequence: "tokens",
      initial: constant([0, 1, 2], "i32"),
      feed: ({ logits }, step) => sampleTokens(logits, foldIn(randomKey(seed), step)),
    });

  test("that are likeliest, or drawn with a key of each step's own, are fed back as whole numbers", async () => {
    const greedy = freeRunning(model, {
      sequence: "tokens",
      initial: 1,
      feed: ({ logits }) => argmax(logits),
    });
    const { fed, logits } = evaluateAll(scan(greedy, 6).outputs);
    expect(fed.dtype).toBe("i32");
    expect([...fed.data]).toEqual([...evaluate(argmax(constant(logits))).data]);

    const eight = scan(drawn(1), 8).outputs.fed;
    const tokens = evaluate(eight);
    expect(evaluate(unfold(drawn(1), 8).outputs.fed)).toEqual(tokens);
    expect(evaluate(scan(drawn(2), 8).outputs.fed)).not.toEqual(tokens);
    expect(new Set(tokens.data).size).toBeGreaterThan(2);
    const stepper = await stepByStep(await createRuntime(interpreter), {
      draw: (carry) => ({ token: cast(carry(drawn(1)).fed, "i32") }),
    });
    expect(Array.from({ length: 8 }, () => [...stepper.run({}).token.data]).flat()).toEqual([...tokens.data]);
  });

  test("after a prompt: what it ends with is where free running starts", () => {
    const prompt: IntNode = constant(
      [
        [0, 1, 2],
        [3, 4, 0],
      ],
      "i32",
    );
    const read = scan(model, 2, { tokens: prompt });
    const first = argmax(read.last.logits);
    const goOn = freeRunning(
      foldedGraph("model", (builder) => {
        const tokens = builder.sequence("tokens", [B], "i32");
        const initial = { h: read.final["cell/h"]! };
        const { next, outputs } = includeStep(builder, "cell", cell.fold(B, initial), { x: table.apply(tokens) });
        return { next, outputs: { logits: head.apply(outputs.h) } };
      }),
      { sequence: "tokens", initial: first, feed: ({ logits }) => argmax(logits) },
    );
    const written = evaluateAll({ first, fed: scan(goOn, 3).outputs.fed });
    const all = [0, 1, 2, 3, 4, 0, ...written.first.data, ...written.fed.data];
    const whole = evaluate(argmax(scan(model, 6).outputs.logits), {
      tokens: ndArray(all, { shape: [6, 3], dtype: "i32" }),
    });
    expect([...whole.data.slice(3, 15)]).toEqual(all.slice(6));
  });
});

describe("errors", () => {
  const folded = gru({ inputs: 2, units: 3, seed: 1 }).fold(2);
  const feed = ({ h }: { readonly h: FloatNode }): FloatNode => h;
  const key = randomKey(1);

  test("of another type than the sequence", () => {
    expectProblem(() => freeRunning(folded, { feed, initial: 0 }), {
      name: "ShapeError",
      code: "FEED_TYPE",
      message:
        'freeRunning("gru", options): feed must give f32[2, 2], as elements of sequence "x" are, got f32[2, 3] ("h").',
    });
  });

  test("of a sequence that is none", () => {
    expectProblem(() => freeRunning(folded, { feed, initial: 0, sequence: "y" }), {
      name: "GraphError",
      code: "SEQUENCE_UNKNOWN",
      message:
        'freeRunning("gru", options): what is fed back must be read as a sequence of the folded graph, got "y". Its sequences: x.',
    });
  });

  test.each([
    [undefined, "undefined"],
    [3, "number"],
  ])("of %s", (fed, got) => {
    expectProblem(() => freeRunning(folded, { feed: () => fed as never, initial: 0 }), {
      name: "ShapeError",
      code: "FEED_TYPE",
      message: `freeRunning("gru", options): feed must give f32[2, 2], as elements of sequence "x" are, got ${got}.`,
    });
  });

  test("started from nothing", () => {
    expect(() => freeRunning(folded, { feed } as never)).toThrow(
      'freeRunning("gru", options): initial: the initial value must be a number, [2, 2], or [1, 2, 2] with the oldest step first, got none.',
    );
  });

  const square = gru({ inputs: 3, units: 3, seed: 1 }).fold(2);

  test("fed back twice", () => {
    const once = scheduledSampling(square, { key, probability: 0.5, feed });
    expectProblem(() => freeRunning(once, { feed, initial: 0 }), {
      name: "GraphError",
      code: "STEP_NAME_TWICE",
      message:
        'freeRunning("gru", options): no delay and no output must be called "fed", got one that is. Feed back once.',
    });
  });

  test("started from something else", () => {
    expect(() => freeRunning(square, { feed, initial: constant([1, 2]) })).toThrow(
      'freeRunning("gru", options): initial: the initial value must be a number, [2, 3], or [1, 2, 3] with the oldest step first, got f32[2].',
    );
  });

  test.each([-0.1, 1.1, NaN, Infinity])("a probability of %d", (probability) => {
    expectProblem(() => scheduledSampling(square, { key, probability, feed }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `scheduledSampling("gru", options): probability must be in [0, 1], got ${probability}.`,
    });
  });

  test("a probability of whole numbers", () => {
    const probability = input("p", [], "i32") as never;
    expect(() => scheduledSampling(square, { key, probability, feed })).toThrow(
      'scheduledSampling("gru", options): probability must be one number, f32[], got i32[] ("p").',
    );
  });

  test("a probability with axes, no key", () => {
    expect(() => scheduledSampling(square, { key, probability: constant([1]), feed })).toThrow(
      'scheduledSampling("gru", options): probability must be one number, f32[], got f32[1].',
    );
    expect(() => scheduledSampling(square, { key: constant([1], "i32"), probability: 1, feed })).toThrow("key");
  });
});
