/** The passes, run on what every step of a scan computes. */
import type { FloatNode, Node } from "../graph/node.js";
import { computedBy, scanBodyOf, type ScanBody, type ScanResult, type ScanStep } from "../graph/scan-body.js";
import { make, rewriting, type Pass } from "./pass.js";

/** The passes for a step, from results to results; they run inside the scans of the step themselves. */
type Improve = (results: readonly Node[], step: ScanStep) => readonly Node[];

/**
 * Runs passes inside scans, once per body. Exact, since the passes are: a step computes the same bits as before. Scans
 * that share a step but not all inputs get a step each, so those that can be merged must have been.
 */
export function insideScans(improve: Improve): Pass {
  const known = new WeakMap<ScanBody, ScanBody>();
  return rewriting("inside-scans", (node) => {
    const body = scanBodyOf(node);
    if (body === undefined) return undefined;
    let improved = known.get(body);
    if (improved === undefined) {
      improved = improveBody(body, improve);
      known.set(body, improved);
      known.set(improved, improved);
    }
    return improved === body ? undefined : make(node.op, node.inputs, { body: improved });
  });
}

function improveBody(body: ScanBody, improve: Improve): ScanBody {
  const before = computedBy(body);
  const after = improve(before, body.step);
  if (after.every((node, i) => node === before[i])) return body;
  const improved = new Map(before.map((node, i) => [node, after[i]!]));
  const { step, results } = body;
  return {
    step: { ...step, delays: step.delays.map((delay) => ({ ...delay, next: improved.get(delay.next) as FloatNode })) },
    results: results.map((result): ScanResult =>
      result.kind === "stack" ? { kind: "stack", node: improved.get(result.node)! } : result,
    ),
  };
}
