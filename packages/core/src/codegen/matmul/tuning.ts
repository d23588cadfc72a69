/** The sizes that make products fast on an engine: how much fits in its registers and caches. */
import type { Target } from "../wasm/target.js";

/** Sizes of tiles and blocks. */
export interface MatmulTuning {
  /** Rows of a tile by its width in vectors of four columns; the number of vectors is the index. */
  readonly heights: readonly number[];
  /** Steps along the inner axis per turn of the innermost loop. */
  readonly unroll: number;
  /** Multiply-adds of vectors that run in one cycle; those whose results are awaited cost as much as `latency` cycles. */
  readonly perCycle: number;
  readonly latency: number;
  /** Longest part of the inner axis that a panel of B holds: the panel stays in the first-level cache. */
  readonly innerBlock: number;
  /** Elements of A that are read again for every panel of B: they stay in the second-level cache. */
  readonly blockFloats: number;
  /** Elements of B that the first-level cache holds, so that reading it in place costs nothing. */
  readonly nearFloats: number;
}

const SHARED = { latency: 4, innerBlock: 512, blockFloats: 131072, nearFloats: 4096 };

/** Sixteen registers, of which one is the compiler's: accumulators, one row of B and one element of A must fit. */
const ORDERED = [0, 8, 6, 3, 2, 1, 1, 1, 1];
/** All loads come before the arithmetic, so a row of B and a column of A must fit too. */
const LOADS_FIRST = [0, 6, 4, 3, 2, 1, 1, 1, 1];
/** As `ORDERED`, in pairs of vectors. */
const PAIRED = [0, 8, 8, 3, 6, 1, 3, 1, 2];

/** The sizes for a target. */
export function tuningOf({ relaxed, tiles = "narrow" }: Target): MatmulTuning {
  const perCycle = relaxed ? 2 : 1;
  switch (tiles) {
    case "narrow":
      return { ...SHARED, heights: LOADS_FIRST, unroll: 1, perCycle };
    case "wide":
      return { ...SHARED, heights: ORDERED, unroll: 4, perCycle };
    case "paired":
      return { ...SHARED, heights: PAIRED, unroll: 1, perCycle: 2 * perCycle };
  }
}
