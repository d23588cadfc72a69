/** How much of a program's memory grows with the number of steps. */
import { blocksOf } from "./blocks.js";
import { bytesOfValues } from "./bytes-of-values.js";
import type { Node } from "./node.js";
import { scanBodyOf, stackedNode } from "./scan-body.js";

/**
 * Bytes of the values that scans keep of all their steps because something reads them: a backward pass, a product over
 * all steps, an output. Of a scan inside a scan, those of one of its runs.
 */
export function stackedBytes(results: readonly Node[]): number {
  const stacks = blocksOf(results)
    .flat()
    .filter((node) => {
      const stacked = stackedNode(node);
      return stacked !== undefined && !scanBodyOf(node.inputs[0]!)!.step.sequences.includes(stacked);
    });
  return bytesOfValues(stacks);
}
