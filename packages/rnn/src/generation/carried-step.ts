/** One step of a recurrence per run: what its delays read is kept in states of the runtime until the next run. */
import { checkKeys, input, reshape, type FloatNode, type Node, type Update } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { carriedRecurrence, type CarriedOptions } from "../sequences/carried-recurrence.js";
import { unfold } from "../unfold/unfold.js";

/** One step of a recurrence, as ordinary nodes. */
export interface CarriedStep<O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>> {
  /** What the step yields, `[…S]`. */
  readonly outputs: O;
  /** What the step reads of every sequence, `[…S]`: the nodes given, or inputs made for them. */
  readonly sequences: Readonly<Record<string, Node>>;
  /** What the delays will read, `[k, …S]`, oldest first: state leaves, by the names of the delays. */
  readonly states: Readonly<Record<string, FloatNode>>;
  /** Writes the states after a step. */
  readonly updates: readonly Update[];
  /** Writes the states before the first step: the delays' initial values, from the parameters as they are then. */
  readonly restart: readonly Update[];
}

/**
 * One step of a folded graph whose delays, whatever their reach, are carried from run to run. T runs yield what a scan over
 * T steps yields, with the same parameters.
 *
 * The states start from the delays' initial values if those are fixed. Initial values made of parameters or inputs are
 * written by running an executable with the updates `restart`.
 *
 * @param sequences - nodes `[…S]` to read, by name; an input of the sequence's name is made for each one not given
 * @throws GraphError SEQUENCE_UNKNOWN. ShapeError SEQUENCE_TYPE if a node is of another type than one step's element.
 * @example
 * const counter = foldedGraph("counter", ({ delay }) => {
 *   const next = add(delay("count", [], { initial: 0 }), 1);
 *   return { next: { count: next }, outputs: { count: next } };
 * });
 * const { outputs, updates } = carriedStep(counter);
 * const step = await (await createRuntime()).compile({ outputs, updates });
 * step.run({}).count.item(); // → 1
 * step.run({}).count.item(); // → 2
 */
export function carriedStep<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  sequences: Readonly<Record<string, Node>> = {},
  options: CarriedOptions = {},
): CarriedStep<O> {
  checkFolded("carriedStep(folded, sequences, options)", folded);
  checkKeys("carriedStep(folded, sequences, options)", "options", options, { path: true, read: true });
  const elements = {
    ...mapValues(folded.sequences, ({ shape, dtype }, name) => sequences[name] ?? input(name, shape, dtype)),
    ...sequences,
  };
  const { folded: carried, states, restart, updates } = carriedRecurrence(folded, options);
  const values = unfold(
    carried,
    1,
    mapValues(elements, (node) => reshape(node, [1, ...node.shape])),
  );
  return { outputs: values.last, sequences: elements, states, updates: updates(values), restart };
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, f: (value: V, name: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}
