/** Training to the last bit, in Node: the same seed gives the same weights in every run. */
import { expect, test } from "vitest";
import { checksumOfTraining } from "./trained-weights.js";

test("the same seed gives the same bits again, another one gives others", async () => {
  const first = await checksumOfTraining("wasm-simd");
  expect(await checksumOfTraining("wasm-simd")).toBe(first);
  expect(await checksumOfTraining("wasm-simd", 2)).not.toBe(first);
});
