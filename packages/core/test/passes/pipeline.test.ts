/** The optimizer as a whole: the same bits, nothing left to do, graphs of any length. */
import {
  add,
  cast,
  constant,
  exp,
  gradient,
  input,
  mul,
  neg,
  printGraph,
  randomBernoulli,
  randomKey,
  reshape,
  sum,
  tanh,
  topologicalOrder,
  verify,
  type FloatNode,
  type NdArray,
  type Node,
  type Precision,
} from "@unfold/core";
import { randomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optimize } from "../../src/passes/pipeline.js";
import { reassociate } from "../../src/passes/reassociate.js";
import { ladenGraph } from "./laden-graph.js";
import { byNumber, expectSameBits, expectUntouched, passesAt, precisions } from "./same-bits.js";

const countNodes = (results: readonly Node[]): number => topologicalOrder(results).length;

/** Verifies after every pass, compares bits with the graph as written, and runs everything again. */
function expectOptimized(
  before: readonly Node[],
  values: Readonly<Record<string, NdArray>>,
  precision: Precision,
): readonly Node[] {
  const passes = passesAt(precision);
  const { results, report } = optimize(before, passes, (after) => {
    verify(topologicalOrder(after));
  });
  expectSameBits(before, results, values, precision);
  expectUntouched(optimize(results, passes).results, results);
  expect(report).toMatchObject({ before: countNodes(before), after: countNodes(results) });
  expect(report.passes.reduce((total, { removed }) => total + removed, 0)).toBe(report.before - report.after);
  return results;
}

describe.each(precisions)("at %s, bits stay and nothing is left to do:", (precision) => {
  test("random graphs full of what rules look for, over special values", () => {
    fc.assert(
      fc.property(ladenGraph, ({ results, values }) => {
        expectOptimized(results, values, precision);
      }),
    );
  });

  test("their gradients", () => {
    fc.assert(
      fc.property(ladenGraph, ({ results, variables, values }) => {
        const loss = sum(mul(results.at(-1)!, tanh(variables[1]!)));
        expectOptimized([loss, ...gradient(loss, variables, { missing: "zero" })], values, precision);
      }),
    );
  });

  test("random graphs, their gradients, and the gradients of those", () => {
    fc.assert(
      fc.property(randomGraph, ({ output, variables, values }) => {
        const loss = sum(output);
        const first = gradient(loss, variables);
        const second = gradient(sum(mul(first[0]!, first[0]!)), variables, { missing: "zero" });
        expectOptimized([loss, ...first, ...second], values, precision);
      }),
      { numRuns: 50 },
    );
  });

  test("each pass by itself", () => {
    fc.assert(
      fc.property(ladenGraph, fc.nat(), ({ results, values }, number) => {
        const passes = passesAt(precision);
        expectSameBits(results, passes[number % passes.length]!.run(results), values, precision);
      }),
    );
  });
});

test("random graphs get smaller on the whole", () => {
  let [before, after] = [0, 0];
  for (const { results } of fc.sample(ladenGraph, { numRuns: 50, seed: 1 })) {
    before += countNodes(results);
    after += countNodes(optimize(results, passesAt("f32")).results);
  }
  expect(after).toBeLessThan(0.7 * before);
});

test("reassociating keeps types and comes to an end", () => {
  fc.assert(
    fc.property(ladenGraph, ({ results }) => {
      verify(topologicalOrder(optimize(results, [...passesAt("f32"), reassociate]).results));
    }),
  );
});

test("what results do not need is gone, without a pass for it", () => {
  const x = input("x", [2]);
  const { results } = optimize([mul(add(x, neg(exp(x))), 1)], passesAt("f32"));
  expect(printGraph(byNumber(results))).toMatchInlineSnapshot(`
    "%0 = input() : f32[2] "x"
    %1 = exp(%0) : f32[2]
    %2 = sub(%0, %1) : f32[2]
    return 0 = %2"
  `);
});

test("dropout with a constant key becomes a mask", () => {
  const x = input("x", [2, 2]);
  const { results } = optimize([mul(x, cast(randomBernoulli(randomKey(1), 0.5, [2, 2]), "f32"))], passesAt("f32"));
  expect(printGraph(byNumber(results))).toMatchInlineSnapshot(`
    "%0 = input() : f32[2, 2] "x"
    %1 = constant() {value: [1, 1, 0, 0]} : f32[2, 2]
    %2 = mul(%0, %1) : f32[2, 2]
    return 0 = %2"
  `);
});

describe("chains of 200,000 nodes", () => {
  const x = input("x", [1]);
  const chain = (next: (node: FloatNode, i: number) => FloatNode): FloatNode => {
    let node: FloatNode = x;
    for (let i = 0; i < 200_000; i++) node = next(node, i);
    return node;
  };
  /** In seconds of the processor, so that other work on the machine does not count. */
  const timed = (node: Node): { readonly results: readonly Node[]; readonly seconds: number } => {
    const start = process.cpuUsage();
    const { results } = optimize([node], passesAt("f32"));
    const { user, system } = process.cpuUsage(start);
    return { results, seconds: (user + system) / 1e6 };
  };

  test.each<readonly [string, FloatNode, number]>([
    ["of computations stay", chain((node) => tanh(node)), 200_001],
    ["of changes of sign vanish", chain((node) => neg(node)), 1],
    [
      "of sums with what they sum become shared",
      chain((node, i) => (i % 2 === 0 ? add(node, x) : add(x, node))),
      200_001,
    ],
    ["of reshapes become one", chain((node, i) => reshape(node, i % 2 === 0 ? [1, 1] : [1])), 1],
    ["of constants become one", chain((node, i) => (i < 180_000 ? constant([0.5]) : tanh(node))), 1],
    ["of pairs stay", chain((node, i) => (i % 2 === 0 ? neg(node) : tanh(node))), 200_001],
  ])("%s, in less than ten seconds", (_, node, count) => {
    const { results, seconds } = timed(node);
    expect(countNodes(results)).toBe(count);
    expect(seconds).toBeLessThan(10);
  });
});
