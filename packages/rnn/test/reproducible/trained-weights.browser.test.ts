/** Training to the last bit, in a browser: what Node, with an engine of another age, has ended with just before. */
import { expect, inject, test } from "vitest";
import { checksumOfTraining, PORTABLE } from "./trained-weights.js";

test.each(PORTABLE)("%s: every bit of the weights is as in Node", async (backend) => {
  expect(await checksumOfTraining(backend)).toBe(inject("checksumsInNode")[backend]);
});
