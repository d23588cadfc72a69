/** Random values for the tests of this package. */
import type { NdArray } from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";

/** Seeds of drawn values. */
export const seeds = fc.nat({ max: 1_000_000 });

/** Sizes of axes: 1 included, large enough to tell rows from columns. */
export const extents = fc.integer({ min: 1, max: 4 });

/** Elements uniform in [-2, 2], exact in f32. */
export function drawReals(shape: readonly number[], seed: number, name: string): NdArray {
  return drawValue(reals(shape), seed, name);
}
