/** Panels: B's columns in groups that one tile is as wide as. */
import type { Target } from "../wasm/target.js";
import { divide } from "./divide.js";
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
  return target.simd && rows > 0 && columns > 0 ? bestPanels(rows, columns, tuningOf(target)) : 1;
}

/** The number of panels that takes the fewest cycles; tiles are at most `height` rows high. */
export function bestPanels(rows: number, columns: number, tuning: MatmulTuning, height = Infinity): number {
  const vectors = Math.ceil(columns / 4);
  let best = vectors;
  let least = Infinity;
  for (let panels = Math.ceil(vectors / (tuning.heights.length - 1)); panels <= vectors; panels++) {
    const { size, tall, short } = divide(vectors, panels);
    const cost =
      tall * panelCost(rows, size, tuning, height) +
      (short > 0 ? short * panelCost(rows, size - 1, tuning, height) : 0);
    if (cost < least * 0.999) {
      best = panels;
      least = cost;
    }
  }
  return best;
}

/** Cycles per step along the inner axis for one panel and all rows. */
function panelCost(rows: number, vectors: number, tuning: MatmulTuning, height: number): number {
  const { size, tall, short } = divide(rows, Math.ceil(rows / Math.min(tuning.heights[vectors]!, height)));
  const { perCycle, latency } = tuning;
  const tile = (high: number): number =>
    high === 0 ? 0 : Math.max((high * vectors) / perCycle, latency) + (high + vectors) / 16;
  return tall * tile(size) + short * tile(size - 1);
}
