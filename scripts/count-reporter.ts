/** Writes how many tests passed, failed and were skipped, for the one line that closes all checks. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const FILE = "node_modules/.cache/unfold/test-counts.json";

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const results = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of results) if (state !== "pending") counts[state]++;
      // A file that cannot be loaded has no tests to fail.
      if (results.length === 0 || (module.state() === "failed" && !results.includes("failed"))) counts.failed++;
    }
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify(counts));
  }
}
