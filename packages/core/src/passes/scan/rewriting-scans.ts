/** How passes over scans are written: a rule sees a body and what it is applied to, and says what becomes of each result. */
import type { FloatNode, Node } from "../../graph/node.js";
import { scanBodyOf, type ScanBody, type ScanResult } from "../../graph/scan-body.js";
import { rewriting, type Pass } from "../pass.js";

/** What stands for each result of a scan, by number; undefined to leave the scan. */
export type ScanRule = (body: ScanBody, inputs: readonly Node[]) => readonly Node[] | undefined;

/** The pass that applies one rule to every scan. Its sums are other sums in another order, so it is inexact. */
export function rewritingScans(name: string, rule: ScanRule): Pass {
  const known = new WeakMap<Node, readonly Node[] | undefined>();
  const { run } = rewriting(name, (node) => {
    if (node.op.kind !== "result") return undefined;
    const scan = node.inputs[0]!;
    if (!known.has(scan)) known.set(scan, rule(scanBodyOf(scan)!, scan.inputs));
    return known.get(scan)?.[node.attrs["index"] as number];
  });
  return { name, inexact: true, run };
}

/** The body with every node it computes replaced by what `lookUp` gives. */
export function mapBody({ step, results }: ScanBody, lookUp: (node: Node) => Node): ScanBody {
  return {
    step: { ...step, delays: step.delays.map((delay) => ({ ...delay, next: lookUp(delay.next) as FloatNode })) },
    results: results.map((result): ScanResult =>
      result.kind === "stack" ? { kind: "stack", node: lookUp(result.node) } : result,
    ),
  };
}
