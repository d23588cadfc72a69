/** Clipping on delay edges: the same values, cotangents clipped at every step as a loop over plain numbers does it. */
import {
  clipDelayGradients,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  jvp,
  matmul,
  mul,
  ndArray,
  scan,
  sum,
  unfold,
  type ClipDelayOptions,
  type FloatNode,
  type FoldedGraph,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, lengths, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

const runs = { unfold, scan };
const B = 2;
const H = 3;

/** h_t = h_{t-k} U: large weights, so that what flows back grows. */
function growing(steps: number, U: FloatNode, h0: FloatNode): FoldedGraph<{ readonly h: FloatNode }> {
  return foldedGraph("growing", ({ delay }) => {
    const h = delay("h", [B, H], { steps, initial: h0 });
    const next = matmul(h, U);
    return { next: { h: next }, outputs: { h: next } };
  });
}

/** What a loss Σ c_t h_t sends back to h before step 0, in a loop: a row per sequence, clipped at every step. */
function plainLoop(reach: number, steps: number, U: NdArray, c: NdArray, clip: (row: number[]) => number[]): number[] {
  const received = Array.from({ length: steps + reach }, () => new Array<number>(B * H).fill(0));
  for (let t = steps - 1; t >= 0; t--) {
    const total = received[t + reach]!.map((element, i) => element + c.data[t * B * H + i]!);
    for (let b = 0; b < B; b++) {
      const row = Array.from({ length: H }, (_, i) =>
        Array.from({ length: H }, (__, j) => total[b * H + j]! * U.data[i * H + j]!).reduce((x, y) => x + y),
      );
      received[t]!.splice(b * H, H, ...clip(row));
    }
  }
  return received.slice(0, reach).flat();
}

const clips: Readonly<Record<"value" | "norm", (limit: number) => (row: number[]) => number[]>> = {
  value: (limit) => (row) => row.map((element) => Math.max(-limit, Math.min(limit, element))),
  norm: (limit) => (row) => row.map((element) => element * Math.min(1, limit / Math.hypot(...row))),
};

describe.each(["value", "norm"] as const)("by %s", (by) => {
  test.each(Object.entries(runs))("every step's cotangent is clipped before it flows on: %s", (_, run) => {
    const limits = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 3 }), seeds, limits, (steps, reach, seed, limit) => {
        const [U, h0] = [input("U", [H, H]), input("h0", [reach, B, H])];
        const folded = clipDelayGradients(growing(reach, U, h0), { limit, by });
        const c = input("c", [steps, B, H]);
        const [slope] = gradient(sum(mul(run(folded, steps).outputs.h, c)), [h0]);
        const U3 = ndArray(
          [...drawReals([H, H], seed, "U").data].map((element) => 3 * element),
          { shape: [H, H] },
        );
        const values = { U: U3, h0: drawReals([reach, B, H], seed, "h0"), c: drawReals([steps, B, H], seed, "c") };
        const found = evaluateAll({ slope }, values).slope.data;
        plainLoop(reach, steps, U3, values.c, clips[by](limit)).forEach((element, i) => {
          // A few roundings per step of numbers below 9 · 3 · 3.
          expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(1e-12);
        });
      }),
      { numRuns: 50 },
    );
  });
});

test("values stay, and with a limit that nothing reaches so do gradients; only the delays named are clipped", () => {
  fc.assert(
    fc.property(lengths, seeds, fc.constantFrom("value", "norm"), (steps, seed, by) => {
      const { folded, parameters, a0 } = twoDelays(B, seed);
      const sequences = { x: input("x", [steps, B, 2]), z: input("z", [steps, B, 1]) };
      const values = twoDelaysValues(steps, B, seed);
      const wrt = [...Object.values(parameters), a0, ...Object.values(sequences)];
      const plain = scan(folded, steps, sequences);
      for (const options of [
        { limit: 0.01 },
        { limit: 1e6 },
        { limit: 0.01, delays: [] },
      ] satisfies ClipDelayOptions[]) {
        const clipped = scan(clipDelayGradients(folded, { ...options, by }), steps, sequences);
        expectSameValues(everything(clipped), everything(plain), values);
        if (options.limit > 1 || options.delays !== undefined) expectSameGradients(clipped, plain, wrt, values);
      }
    }),
    { numRuns: 20 },
  );
});

describe("refused", () => {
  const folded = growing(1, input("U", [H, H]), input("h0", [1, B, H]));
  test.each([0, -1, NaN])("a limit of %d", (limit) => {
    expectProblem(() => clipDelayGradients(folded, { limit }), {
      name: "ValueError",
      code: "CLIP_LIMIT",
      message: `clipDelayGradients("growing", options): the limit must be above 0, got ${limit}.`,
    });
  });

  test("a delay that is none of the graph's", () => {
    expectProblem(() => clipDelayGradients(folded, { limit: 1, delays: ["c"] }), {
      name: "GraphError",
      code: "DELAY_UNKNOWN",
      message:
        'clipDelayGradients("growing", options): delays must be names of delays of the folded graph that are memories, got "c". Its memories: h.',
    });
  });

  test("forward mode", () => {
    const h0 = input("h0", [1, B, H]);
    const own = scan(clipDelayGradients(growing(1, input("U", [H, H]), h0), { limit: 1 }), 2);
    expect(() => jvp([own.outputs.h], [[h0, h0]])).toThrow("forward mode");
  });
});
