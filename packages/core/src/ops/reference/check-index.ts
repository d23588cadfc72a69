/** Indices are data: that they are in range is known only when a program runs. */
import { ValueError } from "../../errors.js";
import type { NdArray } from "../../tensor/nd-array.js";

/** Throws ValueError INDEX_RANGE unless every index is in [0, size). */
export function checkIndices(at: () => string, indices: NdArray["data"], size: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (index >= 0 && index < size) continue;
    throw new ValueError({
      code: "INDEX_RANGE",
      where: at(),
      rule:
        size === 0
          ? "there must be something to index, and the axis is empty"
          : `every index must be in [0, ${size - 1}]`,
      got: `${index} at position ${i}`,
      details: { index, position: i, size },
    });
  }
}
