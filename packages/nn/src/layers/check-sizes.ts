/** Sizes a layer or cell is made with. */
import { ValueError } from "@unfold/core";

/** Throws ValueError LAYER_SIZE unless every size is a whole number ≥ 1. */
export function checkSizes(where: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new ValueError({
      code: "LAYER_SIZE",
      where,
      rule: `${name} must be a whole number ≥ 1`,
      got: String(size),
      details: { [name]: size },
    });
  }
}
