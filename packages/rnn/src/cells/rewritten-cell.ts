/** A cell with another step. */
import { checkFunction, type FloatNode } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The cell with its folded graph rewritten whenever it is drawn: with dropout, zoneout, clipped gradients, masks. It shares its
 * parameters with the cell and can be stacked in its place.
 *
 * @param rewrite - must keep the sequence `x`
 * @example
 * const cell = lstm({ inputs: 3, units: 4, seed: 1 });
 * const mode = trainingMode(1);
 * const training = rewrittenCell(cell, (folded) =>
 *   zoneout(folded, { key: mode.key("zoneout"), delays: { h: 0.1, c: 0.5 } }),
 * );
 * training.scan(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 */
export function rewrittenCell<O extends Readonly<Record<string, FloatNode>>>(
  cell: RecurrentCell<O>,
  rewrite: (folded: FoldedGraph<O>) => FoldedGraph<O>,
): RecurrentCell<O> {
  checkFunction("rewrittenCell(cell, rewrite)", "rewrite", rewrite);
  return recurrentCell(cell, (batch, initial) => rewrite(cell.fold(batch, initial)));
}
