/** For every test file: random tests are repeatable, and a test that writes to the console fails. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, vi, type MockInstance } from "vitest";

// The seed is fixed so that a run can be repeated; FC_SEED looks elsewhere. A failing property prints its own seed.
const seed = typeof process === "undefined" ? undefined : process.env["FC_SEED"];
fc.configureGlobal({ seed: Number(seed ?? 20261123), numRuns: 100 });

const METHODS = ["log", "warn", "error", "info", "debug"] as const;

let spies: MockInstance<(...words: unknown[]) => void>[] = [];

beforeEach(() => {
  spies = METHODS.map((method) => vi.spyOn(console, method));
});

afterEach(() => {
  const said = spies.flatMap(({ mock }) => mock.calls.map((call) => call.join(" ")));
  vi.restoreAllMocks();
  expect(said, "a test must not write to the console").toEqual([]);
});
