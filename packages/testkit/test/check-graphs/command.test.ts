/** `npm run check:graphs`, run as a user runs it. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { OptionsError, parseGraphOptions } from "../../src/check-graphs/options.js";
import { root } from "../repository.js";

function checkGraphs(...words: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const program = ["--import", "tsx", "--conditions=@unfold/source", "packages/testkit/src/check-graphs/main.ts"];
  return spawnSync(process.execPath, [...program, ...words], { cwd: root, encoding: "utf8" });
}

test("a few programs agree on all backends; one line of JSON says so and nothing else is printed", () => {
  const { status, stdout, stderr } = checkGraphs("--cases", "6", "--seed", "4", "--json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const result = JSON.parse(stdout) as { readonly backends: readonly string[] };
  expect(result).toMatchObject({ cases: 6, failed: 0, seed: 4 });
  expect(result.backends).toEqual(expect.arrayContaining(["interpreter", "wasm-scalar", "wasm-simd"]));
});

test("what cannot be done is refused in one line", () => {
  const { status, stdout, stderr } = checkGraphs("--cases", "0");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.trimEnd()).toBe('--cases: the value must be a whole number in [1, 10000000], got "0".');
});

test.each([
  ["--cases", ""],
  ["--cases", "2.5"],
  ["--seed", "1e99"],
  ["--seed", "NaN"],
  ["--path", "a:b"],
  ["--chases", "3"],
])("%s %j is refused", (...words) => {
  expect(() => parseGraphOptions(words)).toThrow(OptionsError);
});
