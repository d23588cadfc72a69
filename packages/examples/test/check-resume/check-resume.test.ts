/** Runs that are killed and go on, a few of those that `npm run check:resume` makes. */
import { expect, test } from "vitest";
import { checkResume } from "../../src/check-resume/check-resume.js";

test("a run killed at any moment goes on to the same weights, and loses no checkpoint", async () => {
  // Early, in the middle, late; moments of the clock cannot be had twice.
  const moments = [0.1, 0.5, 0.9];
  let i = 0;
  const result = await checkResume(3, () => moments[i++ % moments.length]!);
  expect(result).toEqual({ kills: 3, identical: 3, lostCheckpoints: 0 });
}, 120_000);
