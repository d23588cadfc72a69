/** One step of a recurrence per run: what its delays read is kept in states of the runtime until the next run. */
import {
  broadcastTo,
  constant,
  evaluate,
  input,
  leavesOf,
  reshape,
  state,
  type FloatNode,
  type NdArray,
  type Node,
  type Update,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
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

/** How a step is carried. */
export interface CarriedStepOptions {
  /** Path of the states, each followed by the name of its delay; two steps in one runtime need two. Default: the folded graph's name. */
  readonly path?: string;
  /** What the step reads instead of a state; for rows in another order. */
  readonly read?: (state: FloatNode) => FloatNode;
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
  { path = folded.name, read = (node) => node }: CarriedStepOptions = {},
): CarriedStep<O> {
  const elements = {
    ...mapValues(folded.sequences, ({ shape, dtype }, name) => sequences[name] ?? input(name, shape, dtype)),
    ...sequences,
  };
  const states = mapValues(folded.delays, ({ initial }, name) => state(`${path}/${name}`, startOf(initial)));
  const delays = mapValues(folded.delays, (delay, name) => ({ ...delay, initial: read(states[name]!) }));
  const { last, final } = unfold(
    { ...folded, delays },
    1,
    mapValues(elements, (node) => reshape(node, [1, ...node.shape])),
  );
  const written = (values: (name: string) => Node): Update[] =>
    Object.entries(states).map(([name, leaf]): Update => [leaf, values(name)]);
  return {
    outputs: last,
    sequences: elements,
    states,
    updates: written((name) => final[name]!),
    restart: written((name) => folded.delays[name]!.initial),
  };
}

/** The value of a fixed initial value; of another one, zeros. */
function startOf(initial: Node): NdArray {
  const isFixed = (["input", "param", "state"] as const).every((role) => leavesOf([initial], role).length === 0);
  return evaluate(isFixed ? initial : broadcastTo(constant(0), initial.shape));
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, f: (value: V, name: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}
