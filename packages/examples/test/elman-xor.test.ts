/** Elman's experiment of 1990 has the outcome he published, and examples are run by name. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { trainXor, xorStream } from "../src/elman-xor.js";

const PROGRAM = fileURLToPath(new URL("../src/run-example.ts", import.meta.url));

function runExample(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const node = ["--import", "tsx", "--conditions=@unfold/source", PROGRAM, ...args];
  return spawnSync(process.execPath, node, { encoding: "utf8" });
}

test("every third bit of the stream is the exclusive or of the two before it", () => {
  const stream = xorStream(3, "test", 300);
  const triples = Array.from({ length: 100 }, (_, i) => stream.slice(3 * i, 3 * i + 3));
  for (const [a, b, c] of triples) expect(c).toBe(a === b ? 0 : 1);
  expect(new Set(triples.map(String)).size).toBe(4);
});

test("the error of Elman's network drops at every third bit", async () => {
  const { errorByPosition, predictableError, unpredictableError } = await trainXor(1, 600);
  const xors = errorByPosition.filter((_, position) => position % 3 === 2);
  const others = errorByPosition.filter((_, position) => position % 3 !== 2);
  expect([xors.length, others.length]).toEqual([4, 8]);
  // Who has learned nothing answers 1/2: an error of 1/4 everywhere, a ratio of 1. Who has learned the XOR but not to
  // count to three is right in two answers of three, and does best with 1/3 or 2/3: 1/9 at the XOR, the mean of 1/9 and
  // 4/9 at a random bit, a ratio of 0.4. One half lies between; whoever counts as well is below 0.4.
  expect(Math.max(...xors)).toBeLessThan(0.5 * Math.min(...others));
  // A random bit cannot be predicted better than by 1/2. Over 1,200 cycles a mean has a standard error
  // of about 0.005; four of them are allowed.
  expect(Math.min(...others)).toBeGreaterThan(0.25 - 0.02);
  expect(predictableError).toBeCloseTo(xors.reduce((a, b) => a + b) / 4, 12);
  expect(unpredictableError).toBeCloseTo(others.reduce((a, b) => a + b) / 8, 12);
});

test("an untrained network's error is the same everywhere", async () => {
  const { errorByPosition } = await trainXor(1, 1);
  expect(Math.min(...errorByPosition)).toBeGreaterThan(0.8 * Math.max(...errorByPosition));
});

test("the example ends with one line of JSON", () => {
  const { status, stdout, stderr } = runExample("elman-xor", "--json", "--passes", "2", "--seed", "7");
  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ name: "elman-xor", seed: 7, passes: 2 });
  expect(stderr).toContain("XOR of the two");
});

test.each([
  ["an unknown name", ["nothing"], '"nothing"'],
  ["no name", [], "none"],
])("%s is refused in one line", (_, args, got) => {
  const { status, stdout, stderr } = runExample(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    `npm run example -- NAME: NAME must be one of character-model, elman-xor, gradient-flow, got ${got}.\n`,
  );
});

test("an option that the example does not have is refused in one line", () => {
  const { status, stderr } = runExample("elman-xor", "--passes", "none");
  expect(status).toBe(2);
  expect(stderr).toBe('--passes: the value must be a whole number in [1, 1000000], got "none".\n');
});
