/** Sequences one after the other in one row: where a new one begins, nothing is remembered of the one before. */
import { GraphError, placeholder, reshape, select, slice, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { unitDelays } from "../folded/unit-delays.js";

/** The sequence that says where one begins. */
export const START = "start";

/**
 * The folded graph with one more sequence, `start` `bool[B]`: where it is true, delays read their initial values.
 *
 * h_t = step(x_t, s_t h_0 + (1 - s_t) h_{t-1})
 *
 * Delays whose first axis is not the batch, such as counters, go on. A delay of k > 1 steps becomes k delays of 1, `name[-1]`
 * to `name[-k]`.
 *
 * @throws GraphError STEP_NAME_TWICE if there is a sequence of the name already.
 * @example
 * const total = foldedGraph("total", ({ sequence, delay }) => {
 *   const sum = add(delay("sum", [1], { initial: 0 }), sequence("x", [1]));
 *   return { next: { sum }, outputs: { sum } };
 * });
 * const x = constant([[1], [2], [3]]), start = constant([[true], [false], [true]]);
 * evaluate(scan(restartSteps(total, 1), 3, { x, start }).outputs.sum).data; // → [1, 3, 3]
 * @source Krell, Kosec, Perez & Fitzgibbon 2021, "Efficient sequence packing without cross-contamination": the idea, there for attention
 */
export function restartSteps<O extends Readonly<Record<string, Node>>>(
  whole: FoldedGraph<O>,
  batch: number,
): FoldedGraph<O> {
  if (Object.hasOwn(whole.sequences, START)) {
    const where = `restartSteps("${whole.name}", ${batch})`;
    const rule = `no sequence must be called "${START}"`;
    throw new GraphError({ code: "STEP_NAME_TWICE", where, rule, got: "one that is" });
  }
  const folded = unitDelays(whole);
  const start = placeholder(START, [batch], "bool");
  const readings = Object.values(folded.delays).flatMap(({ placeholder: read, initial }) => {
    const { shape } = read;
    if (shape[0] !== batch) return [];
    const first = reshape(slice(initial, { axis: 0, stop: 1 }), shape);
    return [[read, select(reshape(start, [batch, ...shape.slice(1).map(() => 1)]), first, read)] as const];
  });
  return {
    ...rewriteStep(folded, new Map<Node, Node>(readings)),
    sequences: { ...folded.sequences, [START]: start },
  };
}
