/** Indices are data: that they are in range is known only when a program runs. */
import { indexRangeError } from "./index-range.js";
import type { IndexWords } from "./op.js";
import type { NdArray } from "../tensor/nd-array.js";

/** Throws ValueError INDEX_RANGE unless every index is in [0, size). */
export function checkIndices(
  at: () => string,
  { data, shape }: Pick<NdArray, "data" | "shape">,
  size: number,
  words?: Partial<IndexWords>,
): void {
  for (let i = 0; i < data.length; i++) {
    const index = data[i]!;
    if (!(index >= 0 && index < size)) throw indexRangeError(at(), index, i, { shape, size }, words);
  }
}
