/** How the recurrence that is looked at runs. */
import type { Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";

/** How the recurrence that is looked at runs. */
export interface RunOptions {
  /** Nodes `[T, …S]` to read, by name; an input of the sequence's name is made for each one not given. */
  readonly sequences?: Readonly<Record<string, Node>>;
  /** `scan` (default) or `unfold`, or a function that calls one of them with options: in reverse, truncated. */
  readonly run?: <O extends Readonly<Record<string, Node>>>(
    folded: FoldedGraph<O>,
    steps: number,
    sequences: Readonly<Record<string, Node>>,
  ) => RecurrenceValues<O>;
}
