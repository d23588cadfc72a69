/** Taps on a line read what a delay of their own would read: skip connections in time, and what is refused. */
import {
  add,
  delayTaps,
  foldedGraph,
  input,
  matmul,
  scan,
  slice,
  tanh,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type RecurrenceValues,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawParam, drawReals, lengths, seeds } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

/** Growing steps, such as [1, 3, 4]. */
const tapSteps = fc
  .uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 })
  .map((steps) => steps.toSorted((a, b) => a - b));

/** h_t = tanh(x_t + Σ_i h_{t-steps_i} U_i), read from taps on one line, or from a delay for each. */
function skipping(
  kind: "line" | "delays",
  steps: readonly number[],
  weights: readonly FloatNode[],
  history: FloatNode,
): FoldedGraph<{ readonly h: FloatNode }> {
  const longest = steps.at(-1)!;
  return foldedGraph("skipping", (builder) => {
    const x = builder.sequence("x", [1, 2]);
    const close = (taps: readonly FloatNode[]): FloatNode =>
      tanh(taps.map((tap, i) => matmul(tap, weights[i]!)).reduce((total, term) => add(total, term), x));
    if (kind === "line") {
      const { taps, next } = delayTaps(builder, "h", [1, 2], { steps, initial: history });
      const h = close(taps);
      return { next: next(h), outputs: { h } };
    }
    const taps = steps.map((reach) => {
      const initial = slice(history, { axis: 0, start: longest - reach });
      return builder.delay(`h${reach}`, [1, 2], { steps: reach, initial });
    });
    const h = close(taps);
    return { next: Object.fromEntries(steps.map((reach) => [`h${reach}`, h])), outputs: { h } };
  });
}

test("taps are delays of their own: the same values to the last bit, the same gradients, unfolded and as a scan", () => {
  fc.assert(
    fc.property(tapSteps, lengths, seeds, (reaches, steps, seed) => {
      const weights = reaches.map((reach) => drawParam(`U${reach}`, [2, 2], seed));
      const longest = reaches.at(-1)!;
      const [history, x] = [input("history", [longest, 1, 2]), input("x", [steps, 1, 2])];
      const values = {
        history: drawReals([longest, 1, 2], seed, "history"),
        x: drawReals([steps, 1, 2], seed, "x"),
      };
      const [line, delays] = (["line", "delays"] as const).map((kind) => skipping(kind, reaches, weights, history));
      // What is carried differs; what is yielded does not.
      const yielded = (run: RecurrenceValues): RecurrenceValues => ({ ...run, final: {} });
      const expected = yielded(unfold(delays!, steps, { x }));
      for (const found of [unfold(line!, steps, { x }), scan(line!, steps, { x }), scan(delays!, steps, { x })]) {
        expectSameValues(everything(yielded(found)), everything(expected), values);
        expectSameGradients(yielded(found), expected, [...weights, history, x], values);
      }
    }),
    { numRuns: 50 },
  );
});

test("a line carries as many values as its last tap reaches back", () => {
  const { delays } = foldedGraph("line", (builder) => {
    const { taps, next } = delayTaps(builder, "h", [2], { steps: [1, 4, 6], initial: 0 });
    return { next: next(builder.sequence("x", [2])), outputs: { y: taps[2]! } };
  });
  expect(Object.values(delays).map(({ name, steps }) => [name, steps])).toEqual([
    ["h[-1]", 1],
    ["h[-4]", 3],
    ["h[-6]", 2],
  ]);
});

describe("errors", () => {
  test.each([[[]], [[0]], [[1, 1]], [[2, 1]], [[1.5]], [[NaN]], [[-1]]])("taps at %j", (steps) => {
    const build = (): unknown =>
      foldedGraph("net", (builder) => {
        const { taps, next } = delayTaps(builder, "h", [], { steps, initial: 0 });
        return { next: next(taps[0]!), outputs: {} };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "TAP_STEPS",
      message: `delayTaps("h"): steps must be growing whole numbers ≥ 1, at least one, got [${steps.join(", ")}].`,
    });
  });

  test("a history of another length", () => {
    const build = (): unknown =>
      foldedGraph("net", (builder) => {
        const { taps, next } = delayTaps(builder, "h", [2], { steps: [1, 3], initial: input("h0", [4, 2]) });
        return { next: next(taps[0]!), outputs: {} };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "INITIAL_SHAPE",
      message:
        'delayTaps("h"): the initial value must be a number, [2], or [3, 2] with the oldest step first, got f32[4, 2] ("h0"). delay(name, shape, { initial: 0 }) starts from zeros.',
    });
  });

  test("a line that is not closed", () => {
    const build = (): unknown =>
      foldedGraph("net", (builder) => {
        const { taps } = delayTaps(builder, "h", [], { steps: [2], initial: 0 });
        return { next: {}, outputs: { y: taps[0]! } };
      });
    expectProblem(build, {
      name: "GraphError",
      code: "DELAY_NOT_CLOSED",
      message:
        'foldedGraph("net"): next must hold the value of every delay, got none for "h[-2]" f32[] ("h[-2]"). Return { next: { h[-2]: … } }.',
    });
  });
});
