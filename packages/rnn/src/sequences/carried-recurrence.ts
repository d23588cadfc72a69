/** A recurrence that goes on where the last run left it: what its delays read is kept in states of the runtime. */
import {
  broadcastTo,
  checkKeys,
  constant,
  evaluate,
  leavesOf,
  state,
  type FloatNode,
  type NdArray,
  type Node,
  type Update,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";

/** A recurrence whose delays start from states. */
export interface CarriedRecurrence<O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>> {
  /** The recurrence, to be run over any number of steps in any way: its delays start from the states. */
  readonly folded: FoldedGraph<O>;
  /** What the delays read first, `[k, …S]`, oldest first: state leaves, by the names of the delays. */
  readonly states: Readonly<Record<string, FloatNode>>;
  /** Writes into the states what the delays would read next. */
  readonly updates: (values: Pick<RecurrenceValues, "final">) => Update[];
  /** Writes into the states the delays' initial values, from the parameters as they are then. */
  readonly restart: readonly Update[];
}

/** How a recurrence is carried. */
export interface CarriedOptions {
  /** Path of the states, each followed by the name of its delay; two recurrences in one runtime need two. Default: the folded graph's name. */
  readonly path?: string;
  /** What is read instead of a state; for rows in another order. */
  readonly read?: (state: FloatNode) => FloatNode;
}

/**
 * A recurrence whose delays, whatever their reach, are carried from run to run: a series in windows yields what it yields in
 * one piece. Derivatives end where a run begins, since states are given then: truncated backpropagation through time.
 *
 * The states start from the delays' initial values if those are fixed; `carriedRestarts` takes them back, and computes them
 * first if they are made of parameters or inputs.
 *
 * @example
 * const total = carriedRecurrence(
 *   foldedGraph("total", ({ sequence, delay }) => {
 *     const sum = add(delay("sum", [], { initial: 0 }), sequence("x", []));
 *     return { next: { sum }, outputs: { sum } };
 *   }),
 * );
 * const x = input("x", [2]);
 * const values = scan(total.folded, 2, { x });
 * const runtime = await createRuntime();
 * const step = await runtime.compile({ inputs: { x }, outputs: values.outputs, updates: total.updates(values) });
 * step.run({ x: [1, 2] }).sum.data; // → [1, 3]
 * step.run({ x: [3, 4] }).sum.data; // → [6, 10]
 * @source Williams & Peng 1990, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories": BPTT(h; h') with h = h'; called `stateful=True` in Keras
 */
export function carriedRecurrence<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: CarriedOptions = {},
): CarriedRecurrence<O> {
  checkFolded("carriedRecurrence(folded, options)", folded);
  checkKeys("carriedRecurrence(folded, options)", "options", options, { path: true, read: true });
  const { path = folded.name, read = (node: FloatNode) => node } = options;
  const delays = Object.entries(folded.delays);
  const states = Object.fromEntries(
    delays.map(([name, { initial }]) => [name, state(`${path}/${name}`, startOf(initial))]),
  );
  const written = (values: (name: string) => Node): Update[] =>
    delays.map(([name]): Update => [states[name]!, values(name)]);
  return {
    folded: {
      ...folded,
      delays: Object.fromEntries(delays.map(([name, delay]) => [name, { ...delay, initial: read(states[name]!) }])),
    },
    states,
    updates: ({ final }) => written((name) => final[name]!),
    restart: written((name) => folded.delays[name]!.initial),
  };
}

/** The value of a fixed initial value; of another one, zeros. */
function startOf(initial: Node): NdArray {
  const isFixed = (["input", "param", "state"] as const).every((role) => leavesOf([initial], role).length === 0);
  return evaluate(isFixed ? initial : broadcastTo(constant(0), initial.shape));
}
