/** How much of a program's memory grows with the number of steps. */
import { sizeOf } from "../tensor/shape.js";
import { blocksOf } from "./blocks.js";
import type { Node } from "./node.js";
import { scanBodyOf } from "./scan-body.js";

/**
 * Bytes of the values that scans keep of all their steps because something reads them: a backward pass, a product over
 * all steps, an output. Of a scan inside a scan, those of one of its runs.
 */
export function stackedBytes(results: readonly Node[]): number {
  const stacks = new Map<Node, Set<Node>>();
  let bytes = 0;
  for (const node of blocksOf(results).flat()) {
    if (node.op.kind !== "result") continue;
    const scan = node.inputs[0]!;
    const { step, results: kinds } = scanBodyOf(scan)!;
    const result = kinds[node.attrs["index"] as number]!;
    const known = stacks.get(scan) ?? new Set<Node>();
    stacks.set(scan, known);
    // What a step only hands on lies where its sequence does.
    if (result.kind === "final" || known.has(result.node) || step.sequences.includes(result.node)) continue;
    known.add(result.node);
    bytes += sizeOf(node.shape) * (node.dtype === "bool" ? 1 : 4);
  }
  return bytes;
}
