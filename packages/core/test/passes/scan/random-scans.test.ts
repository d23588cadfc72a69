/** What holds of every scan that something has left: its values and those of its derivatives are the same. */
import {
  add,
  expandScans,
  gradient,
  sin,
  square,
  sum,
  topologicalOrder,
  verify,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { randomScan, type RandomScan } from "@unfold/testkit";
import fc from "fast-check";
import { test } from "vitest";
import { optimize, standardPasses } from "../../../src/passes/pipeline.js";
import { hoistFromScan } from "../../../src/passes/scan/hoist-from-scan.js";
import { pushOutOfScan } from "../../../src/passes/scan/push-out-of-scan.js";
import { evaluatorAt, expectUntouched } from "../same-bits.js";
import { expectNear, expectPass } from "./near-values.js";

const passes = standardPasses(evaluatorAt("f64"));

function lossOf(results: readonly FloatNode[]): FloatNode {
  return results.map((result, i) => sum(sin(add(square(result), i)))).reduce((total, term) => add(total, term));
}

/** The results of a scan and the gradient of a loss. */
function withGradient({ results, variables }: RandomScan): readonly Node[] {
  return [...results, ...gradient(lossOf(results), variables, { missing: "zero" })];
}

function optimized(before: readonly Node[]): readonly Node[] {
  const { results } = optimize(before, passes, (after) => {
    verify(topologicalOrder(after));
  });
  expectUntouched(optimize(results, passes).results, results);
  return results;
}

test.each([hoistFromScan, pushOutOfScan])("$name keeps values and gradients, and leaves nothing to do", (pass) => {
  fc.assert(
    fc.property(randomScan, (random) => {
      expectPass(pass, withGradient(random), random.values);
    }),
  );
});

test("all passes together keep values and gradients, and leave nothing to do", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const before = withGradient(random);
      const after = optimized(before);
      expectNear(before, after, random.values);
      expectNear(before, expandScans(after), random.values);
    }),
  );
});

test("the gradient of a scan that something has left is the gradient of the scan", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const { results, variables, values } = random;
      const before = withGradient(random);
      for (const pass of [hoistFromScan, pushOutOfScan]) {
        const left = pass.run(results) as readonly FloatNode[];
        expectNear(before, withGradient({ ...random, results: left }), values);
      }
      const [, ...slopes] = optimized([results[0]!, ...gradient(lossOf(results), variables, { missing: "zero" })]);
      expectNear(before.slice(results.length), slopes, values);
    }),
    { numRuns: 50 },
  );
});

test("gradients of gradients stay", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const slopes = gradient(lossOf(random.results), random.variables, { missing: "zero" });
      const before = gradient(lossOf(slopes), random.variables, { missing: "zero" });
      expectNear(before, optimized(before), random.values);
    }),
    { numRuns: 30 },
  );
});
