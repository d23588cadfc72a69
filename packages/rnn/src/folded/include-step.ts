/** A step within a step: recurrences put together before they are unfolded, so that the whole is one folded graph. */
import { GraphError, substitute, type FloatNode, type Node } from "@unfold/core";
import type { StepBuilder } from "./folded-graph.js";
import type { FoldedGraph } from "./recurrence.js";
import { stepResults } from "./verify-folded.js";

/** One step of a folded graph, drawn in another one's. */
export interface IncludedStep<O extends Readonly<Record<string, Node>>> {
  readonly outputs: O;
  /** What its delays read, by their own names: what it remembers of the steps before. */
  readonly delayed: Readonly<Record<string, FloatNode>>;
  /** Part of what the outer step returns as `next`. */
  readonly next: Readonly<Record<string, Node>>;
}

/**
 * One step of a folded graph as part of another one's step: its delays become delays of the outer one, its sequences read
 * nodes of the outer step.
 *
 * @param builder - what the function that draws the outer step is given
 * @param name - before the names of its delays, of the sequences that are not given, and the labels of its nodes: `name/h`
 * @param sequences - what it reads, by name; the outer step gets a sequence of its own for each one not given
 * @throws GraphError SEQUENCE_UNKNOWN; STEP_NAME_TWICE
 * @example
 * const lower = elman({ name: "lower", inputs: 2, units: 3, seed: 1 }).fold(1);
 * const upper = elman({ name: "upper", inputs: 3, units: 3, seed: 2 }).fold(1);
 * const both = foldedGraph("both", (builder) => {
 *   const first = includeStep(builder, "lower", lower, { x: builder.sequence("x", [1, 2]) });
 *   const second = includeStep(builder, "upper", upper, { x: first.outputs.h });
 *   return { next: { ...first.next, ...second.next }, outputs: second.outputs };
 * });
 * Object.keys(both.delays); // → ["lower/h", "upper/h"]
 * @source as `StackedRNNCells` of Keras, for steps put together in any way
 */
export function includeStep<O extends Readonly<Record<string, Node>>>(
  builder: StepBuilder,
  name: string,
  folded: FoldedGraph<O>,
  sequences: Readonly<Record<string, Node>> = {},
): IncludedStep<O> {
  const unknown = Object.keys(sequences).find((key) => !Object.hasOwn(folded.sequences, key));
  if (unknown !== undefined) {
    throw new GraphError({
      code: "SEQUENCE_UNKNOWN",
      where: `includeStep(builder, "${name}", "${folded.name}", sequences)`,
      rule: "the sequences given must be sequences of the folded graph",
      got: `"${unknown}"`,
      fix: `Its sequences: ${Object.keys(folded.sequences).join(", ") || "none"}`,
    });
  }
  const read = Object.entries(folded.sequences).map(([key, { shape, dtype }]): Node => {
    return sequences[key] ?? builder.sequence(`${name}/${key}`, shape, dtype);
  });
  const delays = Object.entries(folded.delays);
  const delayed = delays.map(([key, { placeholder, steps, initial, isMemory }]) =>
    builder.delay(`${name}/${key}`, placeholder.shape, { steps, initial, memory: isMemory }),
  );
  const results = substitute(
    stepResults(folded),
    new Map<Node, Node>([
      ...Object.values(folded.sequences).map((leaf, i) => [leaf, read[i]!] as const),
      ...delays.map(([, { placeholder }], i) => [placeholder, delayed[i]!] as const),
    ]),
    (inner) => `${name}/${inner}`,
  );
  const names = Object.keys(folded.outputs);
  return {
    outputs: Object.fromEntries(names.map((key, i) => [key, results[i]!])) as O,
    delayed: Object.fromEntries(delays.map(([key], i) => [key, delayed[i]!])),
    next: Object.fromEntries(delays.map(([key], i) => [`${name}/${key}`, results[names.length + i]!])),
  };
}
