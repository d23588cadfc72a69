/** Closing a step: what it uses from outside becomes an invariant, so that users and rules may refer to anything. */
import { constantOp, placeholder } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import { copyGraph } from "../../graph/substitute.js";
import { dependentsOf, topologicalOrder } from "../../graph/walk.js";

/** Nodes of a step over its own placeholders, and what the new ones among these stand for. */
export interface ClosedStep {
  readonly lookUp: (node: Node) => Node;
  readonly invariants: readonly { readonly placeholder: Node; readonly value: Node }[];
}

/**
 * Replaces the outermost nodes that depend on none of the placeholders by new placeholders. What is made of constants
 * only stays inside.
 */
export function closeStep(roots: readonly Node[], placeholders: readonly Node[]): ClosedStep {
  const order = topologicalOrder(roots);
  const dependent = dependentsOf(order, placeholders);
  const isFromOutside = outsideOf(order, dependent);
  const invariants = new Map<Node, Node>();
  const close = (node: Node): void => {
    if (isFromOutside(node) && !invariants.has(node))
      invariants.set(node, placeholder(node.label ?? node.op.name, node.shape, node.dtype));
  };
  roots.forEach(close);
  for (const node of order) if (dependent.has(node)) node.inputs.forEach(close);
  const copies = copyGraph(order, invariants);
  return {
    lookUp: (node) => copies.get(node) ?? node,
    invariants: Array.from(invariants, ([value, inside]) => ({ placeholder: inside, value })),
  };
}

/** Whether a node has a value that comes from outside the step: neither made of the placeholders nor of constants. */
function outsideOf(order: readonly Node[], dependent: ReadonlySet<Node>): (node: Node) => boolean {
  const constants = new Set<Node>();
  for (const node of order) {
    if (node.op.kind === "leaf" ? node.op === constantOp : node.inputs.every((input) => constants.has(input)))
      constants.add(node);
  }
  return (node) => !dependent.has(node) && !constants.has(node);
}
