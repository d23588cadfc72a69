/** The sizes that make products fast on an engine: how much fits in its registers and caches. */
import type { Target } from "../wasm/target.js";

/** Sizes of tiles and blocks. */
export interface MatmulTuning {
  /** Heights that tiles may have by their width in vectors of four columns; none if that width is too wide. */
  readonly heights: readonly (readonly number[])[];
  /** Multiply-adds of vectors that one cycle starts. */
  readonly perCycle: number;
  /** Cycles until the next one can add to the result. */
  readonly latency: number;
  /** Longest part of the inner axis that a panel of B holds, if it is 8 columns wide: it stays in the first-level cache. */
  readonly innerBlock: number;
  /** Elements of A that are read again for every panel of B: they stay in the second-level cache. */
  readonly blockFloats: number;
  /** Elements of B that are copied at a time: several panels, so that rows are read in long parts. */
  readonly packFloats: number;
  /** Rows of A, and so of C, in such a block: parts of C's rows that neighboring panels share stay there too. */
  readonly blockRows: number;
  /** Distance of neighbors along A's rows from which on copying tiles of A pays. */
  readonly farFloats: number;
  /** Elements of B that the first-level cache holds, so that reading it in place costs nothing. */
  readonly nearFloats: number;
}

const CACHES = { innerBlock: 512, blockFloats: 131072, packFloats: 65536, blockRows: 192, nearFloats: 4096 };

/*
 * Sixteen registers, of which one is the compiler's, hold the accumulators, one row of B and one element of A. Older
 * engines load all of A's elements first, and spill where that is too much. Measured on x64; with more registers the
 * same sizes do well.
 */
const NARROW = [[], upTo(7), upTo(4), upTo(3), upTo(2), [1], [1], [1]];
const WIDE = [[], upTo(8), upTo(6), upTo(3), upTo(2), [1], [1], [1], [1]];
/** Pairs of vectors are one register. */
const PAIRED = [[], upTo(8), upTo(8), upTo(3), upTo(6), [1], upTo(3), [1], upTo(2)];

/** The sizes for a target. */
export function tuningOf({ relaxed, tiles = "narrow" }: Target): MatmulTuning {
  const speed = relaxed ? { perCycle: 2, latency: 4 } : { perCycle: 1.5, latency: 3 };
  switch (tiles) {
    case "narrow":
      return { ...CACHES, ...speed, heights: NARROW, farFloats: 512 };
    case "wide":
      return { ...CACHES, ...speed, heights: WIDE, farFloats: 128 };
    case "paired":
      return { ...CACHES, ...speed, perCycle: 2 * speed.perCycle, heights: PAIRED, farFloats: 64 };
  }
}

function upTo(most: number): readonly number[] {
  return Array.from({ length: most }, (_, i) => i + 1);
}
