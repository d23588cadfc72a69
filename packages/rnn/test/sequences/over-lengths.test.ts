/** Recurrences over padded sequences: each is what it is alone, whatever stands in the padding. */
import {
  add,
  concat,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  gru,
  input,
  lstm,
  maskSteps,
  mul,
  ndArray,
  pad,
  scan,
  slice,
  sum,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type Node,
  type RecurrenceValues,
  type ScanOptions,
} from "@unfold/rnn";
import { expectProblem, uniformNumbers } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths as stepCounts, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues, lossOf } from "../same-recurrences.js";

type Run = typeof scan;

const ways: Readonly<Record<string, Run>> = {
  scan,
  unfold: (folded, steps, sequences, options) => unfold(folded, steps, sequences, options),
  checkpointed: (folded, steps, sequences, options) =>
    scan(folded, steps, sequences, { ...options, checkpoint: { every: 2 } }),
};

const FIX =
  "Cut sequences that are longer or read them in windows, leave empty ones out, and pad the others (padSequences)";

function drawLengths(steps: number, batch: number, seed: number): number[] {
  const uniform = uniformNumbers(seed, "lengths");
  return Array.from({ length: batch }, () => 1 + Math.floor(uniform() * steps));
}

/** Every sequence by itself, over as many steps as it has; rows put together again, padded with 0. */
function oneByOne(
  folded: FoldedGraph,
  sequences: Readonly<Record<string, Node>>,
  lengths: readonly number[],
  options: ScanOptions,
): RecurrenceValues {
  const steps = Object.values(sequences)[0]!.shape[0]!;
  const alone = lengths.map((length) =>
    scan(
      folded,
      length,
      Object.fromEntries(
        Object.entries(sequences).map(([name, node]) => [name, slice(node, { axis: 0, stop: length })]),
      ),
      options,
    ),
  );
  const rows = (read: (values: RecurrenceValues) => Readonly<Record<string, Node>>, axis: number) =>
    Object.fromEntries(
      Object.keys(read(alone[0]!)).map((name) => [
        name,
        concat(
          alone.map((values, b) => {
            const row = slice(read(values)[name]!, { axis, start: b, stop: b + 1 });
            return read(values) === values.outputs ? pad(row, [{ axis: 0, after: steps - lengths[b]! }]) : row;
          }),
          axis,
        ),
      ]),
    );
  return {
    ...alone[0]!,
    outputs: rows(({ outputs }) => outputs, 1),
    last: rows(({ last }) => last, 0),
    final: rows(({ final }) => final, 1),
  };
}

/** What is 0 within sequences, something else where they have ended: added to them, it spoils the padding. */
function spoiling(steps: number, lengths: readonly number[], padding: number): FloatNode {
  const elements = Array.from({ length: steps }, (_, t) => lengths.map((length) => [t < length ? 0 : padding]));
  return constant(elements);
}

describe.each(Object.entries(ways))("%s", (_, run) => {
  test("padded sequences are what they are one by one: values to the last bit, gradients but for the order of sums", () => {
    fc.assert(
      fc.property(
        stepCounts,
        batches,
        seeds,
        fc.boolean(),
        fc.constantFrom(0, 7, NaN, Infinity),
        (steps, batch, seed, reverse, padding) => {
          const { folded, parameters, a0 } = twoDelays(batch, seed);
          const own = drawLengths(steps, batch, seed);
          const [x, z] = [input("x", [steps, batch, 2]), input("z", [steps, batch, 1])];
          const lengths = input("lengths", [batch], "i32");
          const values = twoDelaysValues(steps, batch, seed);
          const fed = { ...values, lengths: ndArray(own, { dtype: "i32" }) };
          const spoil = spoiling(steps, own, padding);
          const padded = run(folded, steps, { x: add(x, spoil), z: add(z, spoil) }, { lengths, reverse });
          const alone = oneByOne(folded, { x, z }, own, { reverse });
          expectSameValues(everything(padded), everything(alone), fed);
          expectSameGradients(padded, alone, [...Object.values(parameters), a0, x, z], fed);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test("more padding changes nothing, in either direction", () => {
  fc.assert(
    fc.property(stepCounts, batches, seeds, fc.boolean(), fc.nat({ max: 3 }), (steps, batch, seed, reverse, more) => {
      const cell = gru({ inputs: 2, units: 3, seed });
      const own = drawLengths(steps, batch, seed);
      const lengths = constant(Int32Array.from(own));
      const x = input("x", [steps, batch, 2]);
      const longer = pad(x, [{ axis: 0, after: more }], 5);
      const short = cell.scan(x, {}, { lengths, reverse });
      const long = cell.scan(longer, {}, { lengths, reverse });
      const values = { x: drawReals([steps, batch, 2], seed, "x") };
      const cut = { ...long, outputs: { h: slice(long.outputs.h, { axis: 0, stop: steps }) } };
      expectSameValues(everything(cut), everything(short), values);
      expectSameGradients(cut, short, [...Object.values(cell.parameters), x], values);
    }),
    { numRuns: 30 },
  );
});

test.each(["auto", "wasm-simd", "wasm-scalar", "interpreter"] as const)("compiled, on %s", async (backend) => {
  const [steps, batch] = [9, 3];
  const cell = lstm({ inputs: 2, units: 5, seed: 1 });
  const x = input("x", [steps, batch, 2]);
  const lengths = input("lengths", [batch], "i32");
  const own = [9, 1, 4];
  const scanned = cell.scan(add(x, spoiling(steps, own, NaN)), {}, { lengths, reverse: true });
  const loss = lossOf(scanned);
  const slopes = gradient(loss, [x, ...Object.values(cell.parameters)]);
  const outputs = { ...everything(scanned), ...Object.fromEntries(slopes.map((slope, i) => [`slope ${i}`, slope])) };
  const values = { x: drawReals([steps, batch, 2], 1, "x"), lengths: own };
  const runtime = await createRuntime({ backend });
  const { run } = await runtime.compile({ inputs: { x, lengths }, outputs });
  const found = run(values);
  const expected = evaluateAll(outputs, { ...values, lengths: Int32Array.from(own) });
  for (const [name, { data }] of Object.entries(expected)) {
    data.forEach((element, i) => {
      // Sums of at most 9 · 3 · 20 terms of size 1, at 24 bits.
      expect(Math.abs(found[name]!.data[i]! - element), name).toBeLessThanOrEqual(2e-5);
    });
  }
  for (const odd of [0, 10, -3, 2 ** 31 - 1, -(2 ** 31)]) {
    expect(() => run({ ...values, lengths: [9, odd, 4] })).toThrow(
      new RegExp(
        `^lengths of sequences padded to 9 steps built at \\S+: every length must be in \\[1, 9\\], got ${odd} at position 1\\. Cut `,
        "u",
      ),
    );
  }
  for (const odd of [NaN, 2.5, Infinity]) {
    expect(() => run({ ...values, lengths: [9, odd, 4] })).toThrow(/^run\(\{ lengths \}\): .*must.*, got /u);
    expect(() => run({ ...values, lengths: Float32Array.of(9, odd, 4) })).toThrow(
      /^run\(\{ lengths \}\): .*must.*, got /u,
    );
  }
});

test("a counter goes on while sequences wait, and may be yielded", () => {
  const counting = foldedGraph("counting", ({ sequence, delay }) => {
    const count = delay("count", [], { initial: 0 });
    const total = add(delay("total", [2], { initial: 0 }), mul(sequence("x", [2]), count));
    return { next: { count: add(count, 1), total }, outputs: { total, count } };
  });
  const x = constant([
    [1, 1],
    [1, 1],
    [1, NaN],
  ]);
  const { outputs, last } = scan(counting, 3, { x }, { lengths: constant([3, 2], "i32") });
  expect([...evaluate(last.total).data]).toEqual([3, 1]);
  expect([...evaluate(outputs.count).data]).toEqual([0, 1, 2]);
});

describe("errors", () => {
  const cell = lstm({ inputs: 2, units: 3, seed: 1 });
  const x = input("x", [4, 2, 2]);

  test.each([
    [[4, 5], "5 at position 1"],
    [[0, 4], "0 at position 0"],
    [[-1, 4], "-1 at position 0"],
  ])("lengths %s that are known", (own, got) => {
    expectProblem(() => cell.scan(x, {}, { lengths: constant(own, "i32") }), {
      name: "ValueError",
      code: "LENGTH_RANGE",
      message: `lengths of sequences padded to 4 steps: every length must be in [1, 4], got ${got}. ${FIX}.`,
    });
  });

  test("lengths of another type", () => {
    expectProblem(() => cell.scan(x, {}, { lengths: constant([[1, 2]], "i32") }), {
      name: "ShapeError",
      code: "LENGTHS",
      message:
        'lengths of sequences padded to 4 steps: they must be i32[B], got i32[1, 2]. Declare them as input("lengths", [B], "i32").',
    });
  });

  test("lengths of another batch", () => {
    expectProblem(() => cell.over(x, {}, { lengths: constant([1, 2, 3], "i32") }), {
      name: "ShapeError",
      code: "MASK_BATCH",
      message:
        'maskSteps("lstm", 3): the first axis of every sequence, delay and output must be the batch, 3, got sequence "x" f32[2, 2] ("x"). Broadcast it to [B, …], or compute it outside the step.',
    });
  });

  test("a value that all sequences share", () => {
    const shared = foldedGraph("shared", ({ sequence, delay }) => {
      const total = add(delay("total", [], { initial: 0 }), sum(sequence("x", [2])));
      return { next: { total }, outputs: {} };
    });
    expect(() => maskSteps(shared, 2)).toThrow('got delay "total" f32[] ("total")');
  });

  test("steps that are masked already", () => {
    const masked = maskSteps(cell.fold(2), 2);
    expect(() => maskSteps(masked, 2)).toThrow('maskSteps("lstm", 2): no sequence must be called "mask"');
  });
});

test("no derivative flows to the padding", () => {
  const x: FloatNode = input("x", [3, 1, 1]);
  const folded = foldedGraph("decay", ({ sequence, delay }) => {
    const h = add(mul(delay("h", [1, 1], { initial: 0 }), 0.5), sequence("x", [1, 1]));
    return { next: { h }, outputs: { h } };
  });
  const { last } = scan(folded, 3, { x }, { lengths: constant([2], "i32") });
  expect([...evaluate(gradient(sum(last.h), [x])[0], { x: [1, 2, NaN] }).data]).toEqual([0.5, 1, 0]);
});
