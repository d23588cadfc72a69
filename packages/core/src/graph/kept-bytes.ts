/** How much of a program's memory is kept for its backward pass. */
import { bytesOfValues } from "./bytes-of-values.js";
import type { Node } from "./node.js";
import { topologicalOrder } from "./walk.js";

/**
 * Bytes of the values that the outputs are computed from and that the updates read again: where a loss is put out and
 * parameters are updated by its gradient, what the forward pass keeps for the backward pass. Inputs, parameters, states
 * and constants are not counted.
 */
export function keptBytes(outputs: readonly Node[], updates: readonly Node[]): number {
  const forward = new Set(topologicalOrder(outputs));
  const kept = new Set<Node>();
  for (const node of topologicalOrder(updates)) {
    // All results of a scan are computed when one of them is.
    if (node.op.kind === "result" && forward.has(node.inputs[0]!)) forward.add(node);
    if (forward.has(node)) continue;
    for (const input of node.inputs) if (forward.has(input)) kept.add(input);
  }
  return bytesOfValues(kept);
}
