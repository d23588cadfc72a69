/** What a recurrence yields when it runs over T steps, however it runs. */
import { GraphError, type Node } from "@unfold/core";

/** The values of a recurrence over T steps: unfolded into ordinary nodes, or folded as one scan. */
export interface RecurrenceValues<O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>> {
  readonly name: string;
  /** T, the number of steps. */
  readonly steps: number;
  /** The sequences read, `[T, …S]`, by name: the nodes given, or inputs made for them. */
  readonly sequences: Readonly<Record<string, Node>>;
  /** What all steps yield, stacked: `[T, …S]`. */
  readonly outputs: O;
  /** What the last step to run yields: `[…S]`. */
  readonly last: O;
  /** The last k values of each delay, `[k, …S]`, oldest first: the initial value of a window that follows. */
  readonly final: Readonly<Record<string, Node>>;
}

/** Throws GraphError STEPS_RANGE unless T is a whole number ≥ 1. */
export function checkStepCount(where: string, steps: number): void {
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new GraphError({ code: "STEPS_RANGE", where, rule: "T must be a whole number ≥ 1", got: String(steps) });
}
