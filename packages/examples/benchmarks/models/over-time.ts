/** How the models run a folded graph over time: the one place that chooses. */
import { scan, type FoldedGraph, type Node } from "@unfold/rnn";

/** What the models read of a recurrence. */
export interface OverTime<O extends Readonly<Record<string, Node>>> {
  /** What all steps yield, `[T, …S]`. */
  readonly outputs: O;
  /** What the last step yields, `[…S]`. */
  readonly last: O;
}

/** A folded graph over a sequence. */
export function overTime<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  steps: number,
  sequences: Readonly<Record<string, Node>>,
): OverTime<O> {
  return scan(folded, steps, sequences);
}
