/** The number of a step within the step, so that each step draws numbers of its own. */
import { add, cast, constant, placeholder, type IntNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";

const STEP_NUMBER = "step number";

/**
 * The folded graph with a delay that counts its steps in the order in which they run, exact up to 2^24; one that has it
 * already stays as it is.
 */
export function countSteps<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
): { readonly counted: FoldedGraph<O>; readonly number: IntNode } {
  const own = Object.hasOwn(folded.delays, STEP_NUMBER) ? folded.delays[STEP_NUMBER] : undefined;
  if (own !== undefined) return { counted: folded, number: cast(own.placeholder, "i32") };
  const read = placeholder(STEP_NUMBER, []);
  const delay = { name: STEP_NUMBER, steps: 1, placeholder: read, initial: constant([0]), next: add(read, 1) };
  const delays = { ...folded.delays, [STEP_NUMBER]: delay };
  return { counted: { ...folded, delays }, number: cast(read, "i32") };
}
