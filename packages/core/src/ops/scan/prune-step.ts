/** Taking away of a scan what its results do not need. */
import type { Node } from "../../graph/node.js";
import type { ScanBody, ScanDelay } from "../../graph/scan-body.js";
import { topologicalOrder } from "../../graph/walk.js";

/** A smaller scan with the same results. */
export interface PrunedScan {
  readonly body: ScanBody;
  /** Which inputs of the scan are left. */
  readonly keeps: readonly boolean[];
}

/** The body without the delays, sequences and invariants that no result depends on; the same object if it needs all. */
export function pruneStep(body: ScanBody): PrunedScan {
  const { step, results } = body;
  const delays = neededDelays(body);
  const order = new Set(topologicalOrder([...stacked(body), ...delays.map(({ next }) => next)]));
  const isNeeded = (node: Node): boolean => order.has(node);
  const keeps = [
    ...step.sequences.map(isNeeded),
    ...step.delays.map((delay) => delays.includes(delay)),
    ...step.invariants.map(isNeeded),
  ];
  if (keeps.every(Boolean)) return { body, keeps };
  return {
    body: {
      step: {
        ...step,
        sequences: step.sequences.filter(isNeeded),
        delays,
        invariants: step.invariants.filter(isNeeded),
      },
      results: results.map((result) =>
        result.kind === "final" ? { kind: "final", delay: delays.indexOf(step.delays[result.delay]!) } : result,
      ),
    },
    keeps,
  };
}

/** The delays that results read, directly or through other delays, in the step's order. */
function neededDelays(body: ScanBody): ScanDelay[] {
  const { delays } = body.step;
  const needed = new Set<ScanDelay>();
  for (const result of body.results) if (result.kind === "final") needed.add(delays[result.delay]!);
  for (let count = -1; count < needed.size;) {
    count = needed.size;
    const read = new Set(topologicalOrder([...stacked(body), ...Array.from(needed, ({ next }) => next)]));
    for (const delay of delays) if (read.has(delay.placeholder)) needed.add(delay);
  }
  return delays.filter((delay) => needed.has(delay));
}

function stacked({ results }: ScanBody): Node[] {
  return results.flatMap((result) => (result.kind === "stack" ? [result.node] : []));
}
