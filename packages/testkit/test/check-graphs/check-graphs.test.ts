/** The long search for programs that are not computed alike finds faults, makes them small, and can repeat them. */
import { createRuntime, erf, mul, substitute, topologicalOrder, type FloatNode, type Node } from "@unfold/core";
import { expect, test } from "vitest";
import { checkGraphs, type GraphFailure } from "../../src/check-graphs/check-graphs.js";
import { runOn } from "../../src/run-on.js";
import type { WayToRun } from "../../src/find-difference.js";

/** Computes everything right but erf, which is a thousandth too large wherever a graph has it outside of scans. */
async function faultyErf(): Promise<WayToRun> {
  const run = runOn(await createRuntime());
  return {
    name: "faulty",
    run: (program) => {
      const nodes = topologicalOrder(Object.values(program.outputs));
      const wrong = nodes
        .filter(({ op }) => op.name === "erf")
        .map((node): [Node, Node] => [node, mul(1.001, erf(node.inputs[0] as FloatNode))]);
      const replaced = substitute(Object.values(program.outputs), new Map(wrong));
      const names = Object.keys(program.outputs);
      return run({ ...program, outputs: Object.fromEntries(names.map((name, i) => [name, replaced[i]!])) });
    },
  };
}

test("a fault is found, with a graph that is little more than it, and found again by its seed and path", async () => {
  const ways = [await faultyErf()];
  const { failures } = await checkGraphs({ cases: 150, seed: 5, ways });
  expect(failures.length).toBeGreaterThan(0);
  for (const { text, difference } of failures) {
    expect(difference).toMatch(/^faulty: \w+\[\d+\] is -?\d/);
    expect(text).toContain("erf(");
    expect(text.split("\n").filter((line) => /^%\d+ = /.test(line)).length).toBeLessThanOrEqual(6);
  }
  const [first] = failures as [GraphFailure];
  const again = await checkGraphs({ cases: 1, seed: first.seed, path: first.path, ways });
  expect(again.failures).toEqual([first]);
});

test("an error is a failure, with the graph that raised it", async () => {
  const ways = [{ name: "broken", run: () => Promise.reject(new RangeError("memory access out of bounds")) }];
  const { failures, cases } = await checkGraphs({ cases: 100, seed: 1, ways });
  expect(failures.length).toBe(5);
  expect(cases).toBe(5);
  expect(failures[0]!.difference).toBe("broken: RangeError: memory access out of bounds");
});

test("without a fault, all programs are looked at", async () => {
  const counts: number[] = [];
  const right = { name: "right", run: runOn(await createRuntime()) };
  const result = await checkGraphs({ cases: 20, seed: 3, ways: [right], onCase: (done) => counts.push(done) });
  expect(result).toEqual({ cases: 20, failures: [] });
  expect(counts).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});
