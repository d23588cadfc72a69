/** Compiled scans and their gradients are those of the interpreter: plain, in segments, and in segments of segments. */
import { createRuntime } from "@unfold/core";
import { findDifference, randomNestedScanPrograms, randomScanPrograms, runOn } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

test.each([
  ["scans, plain or in segments", randomScanPrograms, 60],
  ["scans inside the steps of scans, plain or in segments", randomNestedScanPrograms, 40],
] as const)("%s", async (_, programs, numRuns) => {
  const runtimes = await Promise.all([true, false].map((optimize) => createRuntime({ optimize })));
  for (const runtime of runtimes) expect(runtime.report().backend).toContain("wasm");
  const ways = runtimes.map((runtime, i) => ({ name: i === 0 ? "optimized" : "as written", run: runOn(runtime) }));
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      expect(await findDifference(program, ways)).toBeUndefined();
    }),
    { numRuns },
  );
});
