/** Truncated backpropagation through time: the values of the whole recurrence, and derivatives that end where windows begin. */
import {
  add,
  checkGradients,
  createRuntime,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  lstm,
  mul,
  ndArray,
  scan,
  sin,
  slice,
  stopGradient,
  sum,
  tanh,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type NdArray,
  type Node,
  type RecurrenceValues,
  type ScanOptions,
  type Truncation,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues, lossOf, type Values } from "../same-recurrences.js";

/** k1 ≤ k2. */
const truncations: fc.Arbitrary<Truncation> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 }))
  .map(([every, more]) => ({ every, through: every + more }));

/** The recurrence of `twoDelays` with its sequences as inputs, and everything its loss depends on. */
function problem(steps: number, batch: number, seed: number) {
  const { folded, parameters, a0 } = twoDelays(batch, seed);
  const sequences = { x: input("x", [steps, batch, 2]), z: input("z", [steps, batch, 1]) };
  const variables = [...Object.values(parameters), a0, ...Object.values(sequences)];
  return { folded, sequences, variables, values: twoDelaysValues(steps, batch, seed) };
}

/** The same step, started from other values. */
function startingFrom<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  state: Readonly<Record<string, Node>>,
): FoldedGraph<O> {
  const delays = Object.entries(folded.delays).map(([name, delay]) => [name, { ...delay, initial: state[name]! }]);
  return { ...folded, delays: Object.fromEntries(delays) as typeof folded.delays };
}

/**
 * Wired by hand, from its definition: for each window of k1 steps, the recurrence unfolded from the state of k2 steps
 * before the window's end, through which no derivative flows; its own outputs, one by one.
 */
function byHand<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  steps: number,
  sequences: Readonly<Record<string, Node>>,
  { every, through }: Truncation,
): RecurrenceValues {
  const part = (start: number, stop: number): Record<string, Node> =>
    Object.fromEntries(Object.entries(sequences).map(([name, x]) => [name, slice(x, { axis: 0, start, stop })]));
  const windows = Array.from({ length: Math.ceil(steps / every) }, (_, w) => {
    const [start, stop] = [w * every, Math.min(steps, (w + 1) * every)];
    const begin = through >= steps ? 0 : Math.max(0, start + every - through);
    const before = begin === 0 ? undefined : unfold(folded, begin, part(0, begin)).final;
    const stopped = before && Object.fromEntries(Object.entries(before).map(([name, v]) => [name, stopGradient(v)]));
    const window = unfold(stopped ? startingFrom(folded, stopped) : folded, stop - begin, part(begin, stop));
    return { window, own: window.perStep.slice(start - begin) };
  });
  const perStep = windows.flatMap(({ own }) => own);
  const { final, last } = windows.at(-1)!.window;
  return {
    name: folded.name,
    steps,
    sequences,
    outputs: Object.fromEntries(
      Object.keys(folded.outputs).flatMap((name) => perStep.map((values, t) => [`${name}[${t}]`, values[name]!])),
    ),
    last,
    final,
  };
}

/** A run whose outputs are named step by step, as those wired by hand. */
function stepByStep(run: RecurrenceValues): RecurrenceValues {
  const outputs = Object.entries(run.outputs).flatMap(([name, whole]) =>
    Array.from({ length: run.steps }, (_, t) => [`${name}[${t}]`, elementOf(whole, t)] as const),
  );
  return { ...run, outputs: Object.fromEntries(outputs) };
}

function elementOf(whole: Node, t: number): Node {
  return sum(slice(whole as FloatNode, { axis: 0, start: t, stop: t + 1 }), { axes: [0] });
}

test("values are those of the whole recurrence to the last bit, in both directions", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14 }), seeds, truncations, fc.boolean(), (steps, seed, truncate, reverse) => {
      const { folded, sequences, values } = problem(steps, 2, seed);
      const found = scan(folded, steps, sequences, { truncate, reverse });
      expectSameValues(everything(found), everything(scan(folded, steps, sequences, { reverse })), values);
    }),
  );
});

test("derivatives are those of windows wired by hand, their first states stopped: k1 = k2 and k1 < k2", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), batches, seeds, truncations, (steps, batch, seed, truncate) => {
      const { folded, sequences, variables, values } = problem(steps, batch, seed);
      const found = stepByStep(scan(folded, steps, sequences, { truncate }));
      expectSameGradients(found, byHand(folded, steps, sequences, truncate), variables, values);
    }),
    { numRuns: 60 },
  );
});

test("k1 = k2 < T stops the derivative at the edges of windows that follow each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), seeds, (k, steps, seed) => {
      const { folded, sequences, variables, values } = problem(steps, 1, seed);
      let state: Readonly<Record<string, Node>> | undefined;
      const losses: FloatNode[] = [];
      for (let start = 0; start < steps; start += k) {
        const stop = Math.min(steps, start + k);
        const part = Object.entries(sequences).map(([name, x]) => [name, slice(x, { axis: 0, start, stop })]);
        const from = state === undefined ? folded : startingFrom(folded, state);
        const window = unfold(from, stop - start, Object.fromEntries(part) as Record<string, Node>);
        losses.push(...Object.values(window.outputs).map((node) => sum(sin(node))));
        state = Object.fromEntries(Object.entries(window.final).map(([name, node]) => [name, stopGradient(node)]));
      }
      const { outputs } = scan(folded, steps, sequences, { truncate: { every: k, through: k } });
      const total = Object.values(outputs).map((node) => sum(sin(node)));
      expectSameSlopes(totalOf(total), totalOf(losses), variables, values);
    }),
    { numRuns: 40 },
  );
});

function totalOf(terms: readonly FloatNode[]): FloatNode {
  return terms.reduce((a, b) => add(a, b));
}

function slopesOf(loss: FloatNode, wrt: readonly FloatNode[]): Record<string, Node> {
  const slopes = gradient(loss, wrt, { missing: "zero" });
  return Object.fromEntries(slopes.map((slope, i) => [wrt[i]!.label!, slope]));
}

function expectSameSlopes(a: FloatNode, b: FloatNode, wrt: readonly FloatNode[], values: Values): void {
  const [found, wanted] = [a, b].map((loss) => evaluateAll(slopesOf(loss, wrt), values));
  for (const name in wanted) {
    found![name]!.data.forEach((element, i) => {
      // At most some hundreds of products below 10, in other orders.
      expect(Math.abs(element - wanted[name]!.data[i]!), `${name}[${i}]`).toBeLessThanOrEqual(1e-11);
    });
  }
}

describe("a window of T steps or more is full backpropagation through time", () => {
  test("to the last bit of the interpreter, at both precisions", () => {
    fc.assert(
      fc.property(
        lengths,
        seeds,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        (steps, seed, every, more, reverse) => {
          const { folded, sequences, variables, values } = problem(steps, 2, seed);
          const truncate = { every, through: Math.max(every, steps + more) };
          const slopes = (options: ScanOptions): Record<string, Node> =>
            slopesOf(lossOf(scan(folded, steps, sequences, { ...options, reverse })), variables);
          const [cut, full] = [slopes({ truncate }), slopes({})];
          for (const precision of ["f64", "f32"] as const)
            expect(evaluateAll(cut, values, { precision })).toEqual(evaluateAll(full, values, { precision }));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("a window one step shorter is not", () => {
    const folded = linear(0.5, { initial: 1 });
    const x = input("x", [4]);
    const slope = (through: number): number[] => {
      const { last } = scan(folded, 4, { x }, { truncate: { every: 1, through } });
      return [...evaluateAll({ dx: gradient(last.h, [x])[0] }, { x: [1, 1, 1, 1] }).dx.data];
    };
    expect([4, 3, 2, 1].map(slope)).toEqual([
      [0.125, 0.25, 0.5, 1],
      [0, 0.25, 0.5, 1],
      [0, 0, 0.5, 1],
      [0, 0, 0, 1],
    ]);
  });
});

test("what a step yields reaches back to step ⌊t / k1⌋ k1 + k1 - k2", () => {
  const [steps, every, through] = [11, 3, 5];
  const x = input("x", [steps]);
  const { outputs } = scan(linear(1, { initial: 0 }), steps, { x }, { truncate: { every, through } });
  const values = { x: ndArray(new Float64Array(steps)) };
  for (let t = 0; t < steps; t++) {
    const [dx] = gradient(sum(slice(outputs.h, { axis: 0, start: t, stop: t + 1 })), [x]);
    const first = Math.max(0, Math.floor(t / every) * every + every - through);
    const expected = Array.from({ length: steps }, (_, s) => Number(s >= first && s <= t));
    expect([...evaluateAll({ dx }, values).dx.data], `t = ${t}`).toEqual(expected);
  }
});

test("reversed, windows are counted from the last element", () => {
  const x = input("x", [5]);
  const options = { reverse: true, truncate: { every: 2, through: 2 } };
  const { outputs } = scan(linear(1, { initial: 0 }), 5, { x }, options);
  const [dx] = gradient(sum(mul(outputs.h, input("c", [5]))), [x]);
  // Steps 4 and 3, then 2 and 1, then 0.
  const found = evaluateAll({ dx }, { x: [0, 0, 0, 0, 0], c: [1, 10, 100, 1000, 10000] }).dx.data;
  expect([...found]).toEqual([1, 10, 110, 1000, 11000]);
});

test("checkpoints and truncation go together", () => {
  const { folded, sequences, variables, values } = problem(12, 2, 3);
  const truncate = { every: 4, through: 6 };
  const [plain, checkpointed] = [undefined, "sqrt" as const].map((checkpoint) =>
    scan(folded, 12, sequences, { truncate, ...(checkpoint && { checkpoint }) }),
  );
  expectSameValues(everything(checkpointed!), everything(plain!), values);
  expectSameGradients(checkpointed!, plain!, variables, values);
});

test("it can be differentiated again, and forwards", () => {
  const { folded, sequences, values, variables } = problem(7, 1, 4);
  const { outputs } = scan(folded, 7, sequences, { truncate: { every: 2, through: 7 } });
  checkGradients(sum(tanh(outputs.a)), { wrt: variables.slice(0, 2), values });
});

test("integers are cut into windows too", () => {
  const folded = foldedGraph("counts", ({ sequence, delay }) => {
    const [token, total] = [sequence("token", [], "i32"), delay("total", [], { initial: 0 })];
    const next = add(total, 1);
    return { next: { total: next }, outputs: { next, token } };
  });
  const token = input("token", [7], "i32");
  const { outputs } = scan(folded, 7, { token }, { truncate: { every: 2, through: 3 } });
  const found = evaluateAll(outputs, { token: [5, 4, 3, 2, 1, 0, -1] });
  expect([...found.token.data]).toEqual([5, 4, 3, 2, 1, 0, -1]);
  expect([...found.next.data]).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

describe("compiled", () => {
  async function compiled(steps: number, truncate: Truncation) {
    const cell = lstm({ inputs: 3, units: 4, seed: 1 });
    const x = input("x", [steps, 2, 3]);
    const loss = sum(sin(cell.scan(x, {}, { truncate }).outputs.h));
    const slopes = gradient(loss, Object.values(cell.parameters));
    const outputs = Object.fromEntries([loss, ...slopes].map((node, i) => [`r${i}`, node]));
    const runtime = await createRuntime();
    const program = await runtime.compile({ inputs: { x }, outputs });
    return { outputs, program, report: runtime.report() };
  }

  test("the program is the interpreter's, but for the order of sums", async () => {
    for (const truncate of [
      { every: 4, through: 4 },
      { every: 2, through: 5 },
    ]) {
      const { outputs, program, report } = await compiled(15, truncate);
      expect(report.backend).toContain("wasm");
      const x: NdArray = drawReals([15, 2, 3], 1, "x");
      const expected = evaluateAll(outputs, { x }, { precision: "f32" });
      const found = program.run({ x: x.data });
      for (const name in expected) {
        expected[name]!.data.forEach((element, i) => {
          // Sums of at most 30 terms below 2 and 24 bits.
          expect(Math.abs(found[name]!.data[i]! - element)).toBeLessThanOrEqual(1e-5);
        });
      }
    }
  });

  test("neither the graph nor the code grows with T", async () => {
    const truncate = { every: 4, through: 6 };
    const [short, long] = [await compiled(31, truncate), await compiled(271, truncate)];
    const nodes = [short, long].map(({ report }) => report.programs[0]!.before);
    expect(nodes[0]).toBe(nodes[1]);
  });
});

describe("errors", () => {
  test.each([
    [0, 2],
    [3, 2],
    [1.5, 2],
    [1, NaN],
    [undefined, undefined],
  ])("every: %s, through: %s", (every, through) => {
    const truncate = { every, through } as Truncation;
    expectProblem(() => scan(linear(1, { initial: 0 }), 5, {}, { truncate }), {
      name: "GraphError",
      code: "TRUNCATION",
      message: `scan("linear", T, sequences, { truncate }): truncate must be { every: k1, through: k2 } with whole numbers 1 ≤ k1 ≤ k2, got every: ${every}, through: ${through}. With through equal to every, windows do not overlap.`,
    });
  });
});
