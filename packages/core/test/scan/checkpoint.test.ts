/** Checkpointed scans are the scans they are made of: values, gradients and what is derived from them, at every length of segments. */
import {
  add,
  allOps,
  constant,
  evaluateAll,
  expandScans,
  fromJson,
  gradient,
  input,
  jvp,
  mul,
  ndArray,
  printGraph,
  scan,
  sin,
  square,
  stack,
  substitute,
  sum,
  tanh,
  toJson,
  topologicalOrder,
  verify,
  type Checkpoint,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { drawValue, randomScans, reals, type RandomScan } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanBodyOf } from "../../src/graph/scan-body.js";
import { optimize, standardPasses } from "../../src/passes/pipeline.js";
import { problemOf } from "../problem-of.js";
import { expectNear } from "../passes/scan/near-values.js";
import { byNumber, evaluatorAt, expectSameBits, expectUntouched, passesAt, precisions } from "../passes/same-bits.js";

/** A random scan and the length of its segments: any that makes a difference, one step too long, and two. */
const cases: fc.Arbitrary<readonly [RandomScan, Checkpoint]> = randomScans(7).chain((random) =>
  fc.tuple(
    fc.constant(random),
    fc.oneof(
      {
        weight: random.steps + 2,
        arbitrary: fc.integer({ min: 1, max: random.steps + 2 }).map((every) => ({ every })),
      },
      { weight: 1, arbitrary: fc.constant("sqrt" as const) },
    ),
  ),
);

function lossOf(results: readonly FloatNode[]): FloatNode {
  return results.map((result, i) => sum(sin(add(square(result), i)))).reduce((total, term) => add(total, term));
}

function gradientsOf(results: readonly FloatNode[], variables: readonly FloatNode[]): readonly FloatNode[] {
  return gradient(lossOf(results), variables, { missing: "zero" });
}

function directionOf(node: FloatNode): FloatNode {
  return constant(drawValue(reals(node.shape, { min: -1, max: 1 }), 3, node.label ?? ""), "f32");
}

/** Nothing orders steps that do not depend on each other: neither segments and the steps left over, nor what they add. */
function hasDelays({ results }: RandomScan): boolean {
  return scanBodyOf(results[0]!.inputs[0]!)!.step.delays.length > 0;
}

/** Σ gradient · direction: its gradient is a product with the Hessian. */
function slopeAlong(results: readonly FloatNode[], variables: readonly FloatNode[]): FloatNode {
  return gradientsOf(results, variables)
    .map((slope, i) => sum(mul(slope, directionOf(variables[i]!))))
    .reduce((total, term) => add(total, term));
}

describe.each(precisions)("at %s", (precision) => {
  test("values and gradients are those of the plain scan to the last bit", () => {
    fc.assert(
      fc.property(cases, ([random, checkpoint]) => {
        const { results, variables, values } = random;
        const segmented = random.checkpointed(checkpoint);
        expectSameBits(results, segmented, values, precision);
        const [expected, slopes] = [results, segmented].map((nodes) => gradientsOf(nodes, variables));
        if (hasDelays(random)) expectSameBits(expected!, slopes!, values, precision);
        else expectNear(expected!, slopes!, values);
      }),
      { numRuns: 200 },
    );
  });

  test("passes that keep every bit keep those of a checkpointed scan and its gradient", () => {
    fc.assert(
      fc.property(cases, ([random, checkpoint]) => {
        const segmented = random.checkpointed(checkpoint);
        const before = [...segmented, ...gradientsOf(segmented, random.variables)];
        const { results } = optimize(before, passesAt(precision), (after) => {
          verify(topologicalOrder(after));
        });
        expectSameBits(before, results, random.values, precision);
      }),
      { numRuns: 40 },
    );
  });
});

test("all passes keep values and gradients but for the order of sums, and leave nothing to do", () => {
  const passes = standardPasses(evaluatorAt("f64"));
  fc.assert(
    fc.property(cases, ([random, checkpoint]) => {
      const { results, variables, values } = random;
      const segmented = random.checkpointed(checkpoint);
      const after = optimize([...segmented, ...gradientsOf(segmented, variables)], passes).results;
      expectNear([...results, ...gradientsOf(results, variables)], after, values);
      expectUntouched(optimize(after, passes).results, after);
    }),
    { numRuns: 60 },
  );
});

test("forward mode, and gradients of gradients, are those of the plain scan", () => {
  fc.assert(
    fc.property(cases, ([random, checkpoint]) => {
      const { results, variables, values } = random;
      const segmented = random.checkpointed(checkpoint);
      const directions = variables.map((variable) => [variable, directionOf(variable)] as const);
      const [plain, product] = [results, segmented].map((nodes) => slopeAlong(nodes, variables)) as [
        FloatNode,
        FloatNode,
      ];
      expectNear([plain], jvp([lossOf(segmented)], directions), values);
      const seconds = gradient(product, variables, { missing: "zero" });
      expectNear(gradient(plain, variables, { missing: "zero" }), seconds, values);
    }),
    { numRuns: 40 },
  );
});

test("T copies of the step, and JSON text, compute the same bits", () => {
  fc.assert(
    fc.property(cases, ([random, checkpoint]) => {
      const segmented = random.checkpointed(checkpoint);
      const nodes = [...segmented, ...gradientsOf(segmented, random.variables)];
      expectSameBits(nodes, expandScans(nodes), random.values, "f64");
      const copy = fromJson(JSON.parse(JSON.stringify(toJson(byNumber(nodes)))), allOps);
      expect(printGraph(copy)).toBe(printGraph(byNumber(nodes)));
      expect(evaluateAll(copy, random.values)).toEqual(evaluateAll(byNumber(nodes), random.values));
    }),
    { numRuns: 40 },
  );
});

/** A scan of three steps, each of which runs the random scan; both with checkpoints or without. */
function nested(
  random: RandomScan,
  inner: Checkpoint | undefined,
  outer: Checkpoint | undefined,
): readonly FloatNode[] {
  const [first] = random.variables as [FloatNode];
  const { outputs, final } = scan({
    steps: 3,
    ...(outer !== undefined && { checkpoint: outer }),
    delays: { x: { initial: stack([first]) } },
    step: ({ delays: { x } }) => {
      const results = inner === undefined ? random.results : random.checkpointed(inner);
      const [loss] = substitute([lossOf(results)], new Map<Node, Node>([[first, x]]));
      return { next: { x: tanh(add(x, sin(loss as FloatNode))) }, outputs: { loss: loss as FloatNode } };
    },
  });
  return [outputs.loss, final.x];
}

test("checkpointed scans in checkpointed scans are plain scans in plain scans", () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 3 }), ([random, inner], every) => {
      const { variables, values } = random;
      const plain = nested(random, undefined, undefined);
      const both = nested(random, inner, { every });
      const [wanted, found] = [plain, both].map((nodes) => [...nodes, ...gradientsOf(nodes, variables)]);
      if (hasDelays(random)) expectSameBits(wanted!, found!, values, "f64");
      else expectNear(wanted!, found!, values);
      const seconds = gradient(slopeAlong(both, variables), variables, { missing: "zero" });
      expectNear(gradient(slopeAlong(plain, variables), variables, { missing: "zero" }), seconds, values);
    }),
    { numRuns: 25 },
  );
});

test("the order of sums is that of one long scan, also for values that decide nothing else", () => {
  const x = input("x", [7]);
  const w = input("w", []);
  const lossWith = (checkpoint?: Checkpoint): FloatNode => {
    const { outputs } = scan({
      steps: 7,
      ...(checkpoint !== undefined && { checkpoint }),
      sequences: { x },
      delays: { h: { initial: constant([0]) } },
      step: ({ sequences, delays }) => {
        const h = sin(add(mul(delays.h, w), sequences.x));
        return { next: { h }, outputs: { h } };
      },
    });
    return sum(outputs.h);
  };
  const values = { x: ndArray([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]), w: ndArray([0.7], { shape: [] }) };
  const plain = gradient(lossWith(), [w, x]);
  for (const checkpoint of ["sqrt", { every: 1 }, { every: 4 }] as const)
    expectSameBits(plain, gradient(lossWith(checkpoint), [w, x]), values, "f32");
});

test.each([
  [0, "every: 0"],
  [2.5, "every: 2.5"],
  [NaN, "every: NaN"],
])("a segment of %s steps is refused", (every, got) => {
  const attempt = (): unknown =>
    scan({ steps: 9, checkpoint: { every }, step: () => ({ next: {}, outputs: { one: constant(1) } }) });
  expect(problemOf(attempt)).toEqual({
    code: "CHECKPOINT_EVERY",
    message: `scan({ steps, sequences, delays, step, checkpoint }): checkpoint must be "sqrt" or { every: k } with a whole number k ≥ 1, got ${got}. With "sqrt" it would be 3 of T = 9 steps.`,
  });
});

test("a word that is no checkpoint is refused", () => {
  const checkpoint = "log" as Checkpoint;
  const attempt = (): unknown =>
    scan({ steps: 9, checkpoint, step: () => ({ next: {}, outputs: { one: constant(1) } }) });
  expect(problemOf(attempt).message).toContain('got "log"');
});
