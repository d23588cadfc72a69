/** A folded graph with another step: what rewritings of recurrences are made of. */
import { substitute, type Node } from "@unfold/core";
import type { Delay, FoldedGraph } from "./recurrence.js";
import { stepResults } from "./verify-folded.js";

/** What becomes of the results of a step. */
export interface ResultChanges {
  /** What a delay will read instead. */
  readonly next?: (next: Node, delay: Delay) => Node;
  /** What the step yields instead. */
  readonly output?: (output: Node, name: string) => Node;
}

/** The folded graph with nodes of its step replaced where they are read, and its results changed. */
export function rewriteStep<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  replacements: ReadonlyMap<Node, Node>,
  { next = (node) => node, output = (node) => node }: ResultChanges = {},
): FoldedGraph<O> {
  const results = substitute(stepResults(folded), replacements);
  const names = Object.keys(folded.outputs);
  const delays = Object.entries(folded.delays).map(([name, delay], i) => {
    const rewritten = { ...delay, next: results[names.length + i]! };
    return [name, { ...rewritten, next: next(rewritten.next, rewritten) }] as const;
  });
  return {
    ...folded,
    outputs: Object.fromEntries(names.map((name, i) => [name, output(results[i]!, name)])) as O,
    delays: Object.fromEntries(delays),
  };
}
