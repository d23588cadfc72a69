/** How much room values take. */
import { sizeOf } from "../tensor/shape.js";
import type { Node } from "./node.js";
import { scanBodyOf, stackedNode } from "./scan-body.js";

/** Bytes of values, but for those of leaves; what lies in one place is counted once. Of f32 at 4 bytes. */
export function bytesOfValues(nodes: Iterable<Node>): number {
  const counted = new Map<Node, Set<Node>>();
  let bytes = 0;
  for (const node of nodes) {
    const { value, owner, part } = placeOf(node);
    const parts = counted.get(owner) ?? new Set<Node>();
    counted.set(owner, parts);
    if (parts.has(part) || value.op.kind === "leaf") continue;
    parts.add(part);
    bytes += sizeOf(value.shape) * (value.dtype === "bool" ? 1 : 4);
  }
  return bytes;
}

/** The value that holds the elements of another, and whose it is: a scan's, as values of a node of its step, or its own. */
function placeOf(node: Node): { readonly value: Node; readonly owner: Node; readonly part: Node } {
  let value = node;
  for (;;) {
    const [first] = value.inputs;
    if (value.op.kind === "view") value = first!;
    else {
      const stacked = stackedNode(value);
      if (stacked === undefined) return { value, owner: value, part: value };
      const { step } = scanBodyOf(first!)!;
      const sequence = step.sequences.indexOf(stacked);
      if (sequence < 0) {
        // The values of a delay lie where those are that it reads, one step on.
        const delay = step.delays.find(({ placeholder }) => placeholder === stacked);
        return { value, owner: first!, part: delay?.next ?? stacked };
      }
      // What a step only hands on lies where its sequence does.
      value = first!.inputs[sequence]!;
    }
  }
}
