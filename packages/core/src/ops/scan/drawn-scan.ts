/** A scan as builders and derivative rules draw it: placeholders beside what they stand for. */
import type { FloatNode, Node } from "../../graph/node.js";
import type { ScanBody, ScanDelay, ScanResult, ScanStep } from "../../graph/scan-body.js";
import { computedBy } from "../../graph/scan-body.js";
import { closeStep } from "./close-step.js";
import { pruneStep } from "./prune-step.js";

/** A placeholder and the node outside that it stands for. */
export interface Binding {
  readonly placeholder: Node;
  readonly value: Node;
}

/** A step that may still use nodes from outside, and what its placeholders stand for. */
export interface DrawnScan {
  readonly steps: number;
  readonly reverse: boolean;
  readonly recompute: boolean;
  readonly sequences: readonly Binding[];
  /** `initial` is `[k, …S]`, oldest first. */
  readonly delays: readonly (ScanDelay & { readonly initial: FloatNode })[];
  readonly invariants: readonly Binding[];
  readonly results: readonly ScanResult[];
}

/** Reads results of a step that is applied to inputs; how rules make scans without importing the op. */
export type ApplyScan = (body: ScanBody, inputs: readonly Node[]) => Node[];

/** The results of a drawn scan: its step closed, and everything left out that they do not need. */
export function buildScan(drawn: DrawnScan, apply: ApplyScan): Node[] {
  const { steps, reverse, recompute, sequences, delays, invariants, results } = drawn;
  const open: ScanStep = {
    steps,
    reverse,
    recompute,
    sequences: sequences.map(({ placeholder }) => placeholder),
    delays,
    invariants: invariants.map(({ placeholder }) => placeholder),
  };
  const own = [...open.sequences, ...delays.map(({ placeholder }) => placeholder), ...open.invariants];
  const closed = closeStep(computedBy({ step: open, results }), own);
  const step: ScanStep = {
    ...open,
    delays: delays.map(({ placeholder, steps: reach, next }) => ({
      placeholder,
      steps: reach,
      next: closed.lookUp(next) as FloatNode,
    })),
    invariants: [...open.invariants, ...closed.invariants.map(({ placeholder }) => placeholder)],
  };
  const inside = results.map((result): ScanResult =>
    result.kind === "stack" ? { kind: "stack", node: closed.lookUp(result.node) } : result,
  );
  const inputs = [
    ...sequences.map(({ value }) => value),
    ...delays.map(({ initial }) => initial),
    ...[...invariants, ...closed.invariants].map(({ value }) => value),
  ];
  const { body, keeps } = pruneStep({ step, results: inside });
  return apply(
    body,
    inputs.filter((_, i) => keeps[i]),
  );
}
