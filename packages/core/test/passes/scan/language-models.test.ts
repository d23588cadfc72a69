/** What is left in the loops of the networks that passes over scans are made for. */
import { expandScans, gradient, printGraph, topologicalOrder, verify, type Node } from "@unfold/core";
import { cellNames, languageModel, type CellName, type ModelSizes } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optimize, standardPasses } from "../../../src/passes/pipeline.js";
import { byNumber, evaluatorAt, expectUntouched, passesAt, expectSameBits } from "../same-bits.js";
import { expectNear } from "./near-values.js";
import { bodiesOf, countInside } from "./printed.js";

const passes = standardPasses(evaluatorAt("f64"));

/** The loss and its gradient after all passes. */
function optimized(before: readonly Node[]): readonly Node[] {
  const { results } = optimize(before, passes, (after) => {
    verify(topologicalOrder(after));
  });
  return results;
}

function lossAndGradient(name: CellName, sizes: ModelSizes): readonly Node[] {
  const { loss, parameters } = languageModel(name, sizes);
  return [loss, ...gradient(loss, Object.values(parameters))];
}

const sizes: ModelSizes = { steps: 6, batch: 8, features: 20, units: 16, tokens: 12 };

/** Products before, in and after the loops. */
describe.each<readonly [CellName, { forward: number; backward: number; outside: number }]>([
  // Outside: the projection of the input, the readout and the four products of their gradients, and that of U.
  ["elman", { forward: 1, backward: 1, outside: 7 }],
  ["lstm", { forward: 1, backward: 1, outside: 7 }],
  ["lstm with two biases", { forward: 1, backward: 1, outside: 7 }],
  ["gru", { forward: 1, backward: 1, outside: 7 }],
  ["an lstm of one's own", { forward: 1, backward: 1, outside: 7 }],
  // The reset state is a second operand: its product, and the gradients of its weights, are products of their own.
  ["gru that resets before the product", { forward: 2, backward: 2, outside: 8 }],
  ["a gated cell of one's own", { forward: 2, backward: 2, outside: 8 }],
])("%s:", (name, expected) => {
  const results = optimized(lossAndGradient(name, sizes));
  const bodies = bodiesOf(results);

  test("there are two loops, with as few products as there can be", () => {
    const [forward, backward] = bodies.map((body) => countInside(body, "matmul"));
    const outside = topologicalOrder(results).filter(({ op }) => op.name === "matmul").length;
    expect({ forward, backward, outside }, printGraph(byNumber(results))).toEqual(expected);
    expect(bodies.length).toBe(2);
  });

  test("no loop adds up a gradient, looks up a token or joins weights", () => {
    for (const body of bodies) {
      const totals = body.step.delays.filter(({ placeholder }) => placeholder.label?.startsWith("total") === true);
      // The products of the peephole's gradient are taken element by element: to stack them would save nothing.
      expect(totals.length).toBe(name === "a gated cell of one's own" && body.step.reverse ? 1 : 0);
      expect(countInside(body, "gather") + countInside(body, "scatter")).toBe(0);
    }
  });
});

test("nothing of a language model's values is lost, whatever its sizes", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cellNames),
      fc.record({
        steps: fc.integer({ min: 1, max: 5 }),
        batch: fc.integer({ min: 1, max: 5 }),
        features: fc.integer({ min: 1, max: 8 }),
        units: fc.integer({ min: 1, max: 8 }),
        tokens: fc.integer({ min: 1, max: 6 }),
      }),
      (name, drawn) => {
        const before = lossAndGradient(name, drawn);
        const { values } = languageModel(name, drawn);
        const after = optimized(before);
        expectNear(before, after, values);
        expectNear(expandScans(before), after, values);
        expectUntouched(optimized(after), after);
        expectSameBits(before, optimize(before, passesAt("f32")).results, values, "f32");
      },
    ),
    { numRuns: 40 },
  );
});

test("an lstm of one's own is as good as the one that is built in", () => {
  const inside = (name: CellName): number[] =>
    bodiesOf(optimized(lossAndGradient(name, sizes))).map((body) => countInside(body, "matmul"));
  expect(inside("an lstm of one's own")).toEqual(inside("lstm"));
});
