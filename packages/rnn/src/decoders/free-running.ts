/** A decoder that reads what it wrote itself. */
import { checkKeys, type Node } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { feedBack, type Feedback } from "./feedback.js";

/** How a decoder runs freely. */
export interface FreeRunningOptions<O extends Readonly<Record<string, Node>>, F extends Node> extends Feedback<O, F> {
  /** What the first step reads, as a delay's initial value: the start token or its vector. */
  readonly initial: Node | number;
}

/**
 * The folded graph without one of its sequences: what a step reads instead is what the last one wrote. It needs nothing but a
 * number of steps, unfolded, scanned or step by step; what each step makes for the next one is its output `fed`.
 *
 * x_0 = initial, x_t = feed(y_{t-1})
 *
 * @throws GraphError SEQUENCE_UNKNOWN if there is no such sequence; STEP_NAME_TWICE if something is called `fed` already; INITIAL_SHAPE. ShapeError FEED_TYPE if feed does not give an element of the sequence.
 * @example
 * const doubling = foldedGraph("doubling", ({ sequence }) => {
 *   const x = sequence("x", []);
 *   return { next: {}, outputs: { y: add(x, x) } };
 * });
 * const free = freeRunning(doubling, { feed: ({ y }) => y, initial: 1 });
 * evaluate(scan(free, 4).outputs.y).data; // → [2, 4, 8, 16]
 * @source Williams & Zipser 1989, "A learning algorithm for continually running fully recurrent neural networks", section 2.3, of which teacher forcing is the opposite
 */
export function freeRunning<O extends Readonly<Record<string, Node>>, F extends Node>(
  folded: FoldedGraph<O>,
  options: FreeRunningOptions<O, F>,
): FoldedGraph<O & { readonly fed: F }> {
  checkFolded("freeRunning(folded, options)", folded);
  checkKeys("freeRunning(folded, options)", "options", options, { initial: true, sequence: true, feed: true });
  const { sequence = "x", initial } = options;
  const where = `freeRunning("${folded.name}", options)`;
  const rewritten = feedBack(where, folded, options, initial, (_, fed) => ({ read: fed }));
  const { [sequence]: _, ...others } = folded.sequences;
  return { ...rewritten, sequences: others };
}
