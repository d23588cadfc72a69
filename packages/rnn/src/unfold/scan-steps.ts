/** Some steps of a folded graph as one node: what all ways to scan are made of. */
import {
  scan as scanSequences,
  substitute,
  type Checkpoint,
  type FloatNode,
  type Node,
  type ScanDelayRequest,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { stepResults } from "../folded/verify-folded.js";

/** Which steps, and where they start from. */
export interface StepsToScan {
  /** How many, ≥ 1. */
  readonly steps: number;
  readonly reverse: boolean;
  readonly checkpoint: Checkpoint | undefined;
  /** One element per step, by name. */
  readonly sequences: Readonly<Record<string, Node>>;
  /** The values of every delay before the first of these steps, `[k, …S]`. */
  readonly initial: Readonly<Record<string, Node>>;
}

/** What the steps yield, stacked, and the last k values of each delay. */
export interface ScannedSteps<O> {
  readonly outputs: O;
  readonly final: Readonly<Record<string, FloatNode>>;
}

/** The values of every delay before step 0. */
export function initialOf(folded: FoldedGraph): Record<string, Node> {
  return Object.fromEntries(Object.entries(folded.delays).map(([name, { initial }]) => [name, initial]));
}

/** The steps as one scan. */
export function scanSteps<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  { steps, reverse, checkpoint, sequences, initial }: StepsToScan,
): ScannedSteps<O> {
  const delays = Object.entries(folded.delays);
  const requests = delays.map(([name, delay]): [string, ScanDelayRequest] => [
    name,
    { initial: initial[name] as FloatNode, steps: delay.steps },
  ]);
  return scanSequences({
    steps,
    reverse,
    ...(checkpoint !== undefined && { checkpoint }),
    sequences,
    delays: Object.fromEntries(requests),
    step: (read) => {
      const replacements = new Map<Node, Node>([
        ...Object.entries(folded.sequences).map(([name, leaf]) => [leaf, read.sequences[name]!] as const),
        ...delays.map(([name, delay]) => [delay.placeholder, read.delays[name]!] as const),
      ]);
      const computed = substitute(stepResults(folded), replacements);
      const names = Object.keys(folded.outputs);
      return {
        outputs: Object.fromEntries(names.map((name, i) => [name, computed[i]!])) as O,
        next: Object.fromEntries(delays.map(([name], i) => [name, computed[names.length + i] as FloatNode])),
      };
    },
  });
}
