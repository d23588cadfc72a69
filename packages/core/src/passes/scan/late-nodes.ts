/** What of a step no later step needs, and which of it is better computed for all steps at once, after the scan. */
import { placeholder } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import { topologicalOrder } from "../../graph/walk.js";
import { isProductWithFixed } from "./hoisted-nodes.js";
import type { OutsideValue } from "./outside-value.js";
import { totalSize } from "./stack-cut.js";
import { outsideValue, type StepParts } from "./step-parts.js";

/**
 * The nodes to compute after the scan if the delays given stay in it: products with a matrix that is the same at every
 * step, and what follows from them, as far as no delay needs it and all of it can be batched.
 */
export function lateNodes(parts: StepParts, kept: readonly Node[], canBatch: ReadonlySet<Node>): ReadonlySet<Node> {
  const inside = new Set(topologicalOrder(kept));
  const stacked = new Set(parts.body.results.flatMap((result) => (result.kind === "stack" ? [result.node] : [])));
  const late = new Set<Node>();
  for (const node of parts.order) {
    if (inside.has(node) || !canBatch.has(node)) continue;
    if (isProductWithFixed(node, parts.isVarying) || follows(node)) late.add(node);
  }
  // What a node inside reads must be inside.
  for (const node of parts.order.toReversed()) {
    if (!late.has(node)) for (const input of node.inputs) late.delete(input);
  }
  return late;

  /** Unless more would have to be kept of every step than comes of it: a state, for what a vector makes of it. */
  function follows(node: Node): boolean {
    const before = node.inputs.filter((input) => late.has(input));
    const toKeep = node.inputs.filter((input) => !late.has(input) && !stacked.has(input) && parts.isDelayed(input));
    return before.length > 0 && totalSize(toKeep) <= totalSize([node, ...before]);
  }
}

/** The delayed nodes that could be batched, were the values of their inputs at all steps known. */
export function batchableNodes(parts: StepParts, independent: ReadonlyMap<Node, OutsideValue>): ReadonlySet<Node> {
  const { steps } = parts.body.step;
  const values = new Map(independent);
  const canBatch = new Set<Node>();
  for (const node of parts.order) {
    if (values.has(node) || node.op.kind === "scan") continue;
    const value = outsideValue(node, (input) => values.get(input), steps);
    if (value?.isStacked === true && node.op.kind !== "leaf") canBatch.add(node);
    values.set(node, {
      node: canBatch.has(node) ? value!.node : placeholder("stack", [steps, ...node.shape], node.dtype),
      isStacked: true,
    });
  }
  return canBatch;
}
