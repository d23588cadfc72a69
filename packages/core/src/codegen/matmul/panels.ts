/** Panels: B's columns in groups that one tile is as wide as. */
import type { Target } from "../wasm/target.js";
import { divide } from "./divide.js";
import { rowsCost } from "./tile-rows.js";
import { tuningOf, type MatmulTuning } from "./tuning.js";

/** Neighboring panels of one width. */
export interface PanelGroup {
  /** Column at which the first of them starts. */
  readonly start: number;
  /** Vectors of four columns per panel. */
  readonly vectors: number;
  /** Columns per panel: 4 · vectors, or up to three less in the last panel. */
  readonly columns: number;
  readonly count: number;
}

/** The panels of a number of columns, from left to right. */
export function panelGroups(columns: number, panels: number): readonly PanelGroup[] {
  const { size, tall, short } = divide(Math.ceil(columns / 4), panels);
  const groups = [
    { start: 0, vectors: size, columns: 4 * size, count: tall },
    { start: 4 * size * tall, vectors: size - 1, columns: 4 * (size - 1), count: short },
  ].filter(({ count }) => count > 0);
  const missing = (4 - (columns % 4)) % 4;
  const last = groups.pop();
  if (last === undefined || missing === 0) return last === undefined ? groups : [...groups, last];
  if (last.count > 1) groups.push({ ...last, count: last.count - 1 });
  groups.push({
    ...last,
    start: last.start + last.columns * (last.count - 1),
    columns: last.columns - missing,
    count: 1,
  });
  return groups;
}

/** How many panels to divide B's columns in, for a product with so many rows: packing and product must agree on it. */
export function panelsOf(rows: number, columns: number, target: Target): number {
  return target.simd && rows > 0 && columns > 0 ? bestPanels(rows, columns, tuningOf(target)).panels : 1;
}

/** The number of panels that takes the fewest cycles per step along the inner axis. */
export function bestPanels(
  rows: number,
  columns: number,
  tuning: MatmulTuning,
): { readonly panels: number; readonly cost: number } {
  const vectors = Math.ceil(columns / 4);
  const costs = tuning.heights.map((heights, width) => (heights.length > 0 ? rowsCost(rows, width, tuning) : Infinity));
  let best = { panels: vectors, cost: Infinity };
  for (let panels = Math.ceil(vectors / (costs.length - 1)); panels <= vectors; panels++) {
    const { size, tall, short } = divide(vectors, panels);
    const cost = tall * costs[size]! + (short > 0 ? short * costs[size - 1]! : 0);
    if (cost < best.cost * 0.999) best = { panels, cost };
  }
  return best;
}
