/** Runs that are killed and go on, one of those that `npm run check:resume` makes. */
import { expect, test } from "vitest";
import { checkResume } from "../../src/check-resume/check-resume.js";

test("a run killed at any moment, twice, goes on to the same weights and log, and loses no checkpoint", async () => {
  // Numbers that decide: while it trains, soon; once more, while it writes its tenth checkpoint. Moments of the clock cannot be
  // had twice.
  const numbers = [0.9, 0.3, 0, 0, 0.11, 0.3];
  let i = 0;
  const result = await checkResume(1, { random: () => numbers[i++ % numbers.length]!, mostKills: 2 });
  expect(result).toEqual({ kills: 1, identical: 1, lostCheckpoints: 0 });
  expect(i).toBe(numbers.length);
}, 120_000);
