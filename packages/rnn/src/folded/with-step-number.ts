/** The number of a step within the step, so that each step draws numbers of its own. */
import { add, cast, constant, leavesOf, placeholder, type FloatNode, type IntNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "./recurrence.js";
import { stepResults } from "./verify-folded.js";

const STEP_NUMBER = "step number";

/**
 * A folded graph made from another one and the number of its steps, in the order in which they run: a delay that counts, exact up to
 * 2^24. It is added if the number is read and there is none yet.
 */
export function withStepNumber<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph,
  rewrite: (number: IntNode) => FoldedGraph<O>,
): FoldedGraph<O> {
  const own = Object.hasOwn(folded.delays, STEP_NUMBER) ? folded.delays[STEP_NUMBER] : undefined;
  const read = (own?.placeholder ?? placeholder(STEP_NUMBER, [])) as FloatNode;
  const rewritten = rewrite(cast(read, "i32"));
  if (own !== undefined || !leavesOf(stepResults(rewritten), "placeholder").includes(read)) return rewritten;
  const counter = { steps: 1, placeholder: read, initial: constant([0]), next: add(read, 1), isMemory: false };
  return { ...rewritten, delays: { ...rewritten.delays, [STEP_NUMBER]: { name: STEP_NUMBER, ...counter } } };
}
