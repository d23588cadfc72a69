/** Interleaved timing, on implementations that say how long they took. */
import { expect, test } from "vitest";
import { inProcess, type Implementation } from "../../benchmarks/steps/implementation.js";
import { ratioOf, timeInRounds } from "../../benchmarks/steps/rounds.js";
import { least, median } from "../../src/statistics.js";

const OPTIONS = { rounds: 4, slice: 1, patience: 1000, enough: 2 };

/** Takes the times of one slice after another; the first slice is not counted. */
function scripted(name: string, slices: readonly (readonly number[])[], log: string[] = []): Implementation {
  let count = 0;
  return {
    name,
    runsOn: "paper",
    first: 0,
    slice: () => {
      log.push(name);
      return slices[count++] ?? [];
    },
    close: () => undefined,
  };
}

test("implementations take turns, and one round does not count", async () => {
  const log: string[] = [];
  const slices = [[99], [1, 3], [2], [2], [2]];
  const timings = await timeInRounds([scripted("a", slices, log), scripted("b", slices, log)], OPTIONS);
  expect(log.join("")).toBe("ababababab");
  expect(timings[0]!.rounds).toEqual([[1, 3], [2], [2], [2]]);
});

test("the ratio is the median of ratios within rounds: a slow spell that meets both changes nothing", async () => {
  const ours = scripted("ours", [[0], [2], [20], [2], [2]]);
  const theirs = scripted("theirs", [[0], [1], [10], [1], [1]]);
  const [a, b] = await timeInRounds([ours, theirs], OPTIONS);
  expect(ratioOf(a!, b!)).toBe(2);
});

test("who has taken too long sits out, but not before it took part often enough", async () => {
  const slow = scripted("slow", [[0], [2000], [2000], [2000], [2000]]);
  const fast = scripted("fast", [[0], [1], [1], [1], [1]]);
  const [a, b] = await timeInRounds([slow, fast], OPTIONS);
  expect(a!.rounds).toEqual([[2000], [2000], [], []]);
  expect(ratioOf(a!, b!)).toBe(2000);
});

test("a slice runs once at least, and a result that is not a number is an error", async () => {
  let result = 1;
  const implementation = inProcess("count", "here", () => result);
  expect(await implementation.slice(0)).toHaveLength(1);
  result = NaN;
  expect(() => implementation.slice(0)).toThrow(/result of a run must be finite, got NaN/);
});

test("median and least", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), least([3, 1, 2])]).toEqual([2, 2.5, 1]);
});
