/** Indices are data: that they are in range is known only when a program runs. */
import { indexRangeError } from "./index-range.js";
import type { NdArray } from "../tensor/nd-array.js";

/** Throws ValueError INDEX_RANGE unless every index is in [0, size). */
export function checkIndices(at: () => string, indices: NdArray["data"], size: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < size)) throw indexRangeError(at(), index, i, size);
  }
}
