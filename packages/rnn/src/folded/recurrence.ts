/** What a folded graph is: the data that verifying, printing, drawing and unfolding read. */
import type { Node } from "@unfold/core";

/** A delay edge: the value that `next` had `steps` steps ago. */
export interface Delay {
  readonly name: string;
  /** k ≥ 1. */
  readonly steps: number;
  /** What stands for the delayed value inside the step. */
  readonly placeholder: Node;
  /** The k values before step 0, `[k, …S]`, oldest first. */
  readonly initial: Node;
  /** The value of this step, to be read k steps later. */
  readonly next: Node;
  /** Whether it remembers something; false of what counts steps or holds the number of a token. */
  readonly isMemory: boolean;
}

/** One step of a recurrence: what it reads per step, what it carries, what it yields. */
export interface FoldedGraph<O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>> {
  readonly name: string;
  /** What stands for one step's element of each sequence. */
  readonly sequences: Readonly<Record<string, Node>>;
  readonly delays: Readonly<Record<string, Delay>>;
  /** What a step yields, by name. */
  readonly outputs: O;
}
