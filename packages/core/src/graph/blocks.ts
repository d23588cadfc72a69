/** A graph with all that is inside its scans. */
import type { Node } from "./node.js";
import { computedBy, scanBodyOf } from "./scan-body.js";
import { topologicalOrder } from "./walk.js";

/** The nodes that the results depend on, then those of every scan's step, at any depth; each list inputs first. */
export function blocksOf(results: readonly Node[]): (readonly Node[])[] {
  const blocks = [topologicalOrder(results)];
  // The list grows while it is walked.
  for (const block of blocks) {
    for (const node of block) {
      const body = scanBodyOf(node);
      if (body !== undefined) blocks.push(topologicalOrder(computedBy(body)));
    }
  }
  return blocks;
}
