/** Whether a graph is small enough for each of its numbers to be shown. */
import { GraphError } from "../errors.js";
import type { Node } from "../graph/node.js";
import { computedBy, scanBodyOf } from "../graph/scan-body.js";
import { topologicalOrder } from "../graph/walk.js";
import { sizeOf } from "../tensor/shape.js";

/**
 * Throws if the nodes that a result depends on hold too many numbers, those of a scan once for every step.
 *
 * @throws GraphError EXPLAIN_SIZE.
 */
export function checkGraphSize(where: string, result: Node, limit: number): void {
  const numbers = countNumbers([result]);
  if (numbers <= limit) return;
  throw new GraphError({
    code: "EXPLAIN_SIZE",
    where,
    rule: `the graph must hold at most ${limit} numbers, scans unfolded`,
    got: String(numbers),
    fix: "Take fewer examples, units or steps, or raise { limit }",
    details: { numbers, limit },
  });
}

function countNumbers(outputs: readonly Node[]): number {
  return topologicalOrder(outputs).reduce((count, node) => {
    const body = scanBodyOf(node);
    // Views of constants, such as a number broadcast, are as large as any other node.
    return count + (body === undefined ? sizeOf(node.shape) : body.step.steps * countNumbers(computedBy(body)));
  }, 0);
}
