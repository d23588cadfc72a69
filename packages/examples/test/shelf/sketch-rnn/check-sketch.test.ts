/** What `npm run check:sketch` does, small, with a decoder in plain numbers in place of the package. */
import { expect, test } from "vitest";
import { checkSketch } from "../../../src/check-sketch/check-sketch.js";
import { PlainMagenta, type Checkpoint } from "./plain-magenta.js";

test("a trained decoder is what its file says, and nearly what it was", async () => {
  const open = (text: string) => new PlainMagenta(JSON.parse(text) as Checkpoint);
  const result = await checkSketch({ seed: 1, epochs: 2, characters: 50, units: 4, open });
  const { sameWeights, trainedWeights } = result;
  expect(result.clipped).toBe(0);
  expect(sameWeights.steps).toBeGreaterThan(50);
  expect(Math.max(sameWeights.state, sameWeights.distribution)).toBeLessThan(1e-5);
  // The file holds weights in steps of 3e-4.
  expect(Math.max(trainedWeights.state, trainedWeights.distribution)).toBeLessThan(0.01);
  expect(trainedWeights.state).toBeGreaterThan(sameWeights.state);
});
