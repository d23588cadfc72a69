/** Tiles from top to bottom: which heights add up to a number of rows in the fewest cycles. */
import type { MatmulTuning } from "./tuning.js";

/** Neighboring tiles of one height. */
export interface TileRun {
  readonly height: number;
  readonly count: number;
  /** Row at which the first of them starts. */
  readonly start: number;
}

/** The tiles of so many rows, in panels of so many vectors. */
export function tileRows(rows: number, vectors: number, tuning: MatmulTuning): readonly TileRun[] {
  const heights = tuning.heights[vectors]!;
  const efficiency = (height: number): number => tileCost(height, vectors, tuning) / height;
  const best = heights.reduce((least, height) => (efficiency(height) <= efficiency(least) ? height : least), 1);
  // Most tiles have the best height; the rest, two tiles or less, is divided in the best way.
  const most = Math.max(0, Math.floor(rows / best) - 1);
  const ways: { readonly cost: number; readonly counts: ReadonlyMap<number, number> }[] = [
    { cost: 0, counts: new Map() },
  ];
  for (let rest = 1; rest <= rows - most * best; rest++) {
    const options = heights.filter((height) => height <= rest);
    ways.push(
      options
        .map((height) => {
          const { cost, counts } = ways[rest - height]!;
          const more = new Map(counts).set(height, (counts.get(height) ?? 0) + 1);
          return { cost: cost + tileCost(height, vectors, tuning), counts: more };
        })
        .reduce((least, way) => (way.cost < least.cost ? way : least)),
    );
  }
  const counts = new Map(ways.at(-1)!.counts);
  if (most > 0) counts.set(best, (counts.get(best) ?? 0) + most);
  let start = 0;
  return [...counts]
    .sort(([a], [b]) => b - a)
    .map(([height, count]) => {
      const run = { height, count, start };
      start += height * count;
      return run;
    });
}

/** Cycles per step along the inner axis of one panel's tiles. */
export function rowsCost(rows: number, vectors: number, tuning: MatmulTuning): number {
  return tileRows(rows, vectors, tuning).reduce(
    (sum, { height, count }) => sum + count * tileCost(height, vectors, tuning),
    0,
  );
}

/**
 * Cycles per step of one tile: the longer of what its multiply-adds need and of what each waits for the one before it, or
 * more if both are about equal; loads count a little.
 */
function tileCost(height: number, vectors: number, { perCycle, latency }: MatmulTuning): number {
  return Math.cbrt(((height * vectors) / perCycle) ** 3 + latency ** 3) + (height + vectors) / 32;
}
