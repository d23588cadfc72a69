/**
 * Unfolding: T copies of a folded graph's step, joined by its delays, sharing its parameters. The result is an ordinary
 * acyclic graph; its gradient is backpropagation through time.
 */
import {
  checkKeys,
  copyGraph,
  GraphError,
  stack,
  topologicalOrder,
  unstack,
  type IntNode,
  type Node,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { stepResults, verifyFolded } from "../folded/verify-folded.js";
import { overPadding } from "../sequences/over-padding.js";
import { mapValues } from "./map-values.js";
import { readSequences } from "./read-sequences.js";
import { checkStepCount, type RecurrenceValues } from "../folded/recurrence-values.js";

/** A graph of so many nodes and its gradient fit into a heap of 2 GiB; more memory than there is ends a program. */
const LARGEST_UNFOLDED = 1e6;

/** How a recurrence is unfolded; each as for a scan. */
export interface UnfoldOptions {
  /** Whether the steps run from T - 1 down to 0. Default false. */
  readonly reverse?: boolean;
  /** `i32[B]`: how many steps of each sequence are its own; the rest is padding. */
  readonly lengths?: IntNode;
  /** `i32[T, B]`: which sequence of its row a step belongs to, if several are packed into one; 0 for padding. */
  readonly segments?: IntNode;
}

/** An unfolded recurrence: ordinary nodes. */
export interface Unfolded<
  O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>,
> extends RecurrenceValues<O> {
  /** What each step yields: `[…S]`, step 0 first. */
  readonly perStep: readonly O[];
  /** Each step's element of every sequence, `[…S]`, for pictures. */
  readonly elements: Readonly<Record<string, readonly Node[]>>;
  /** The nodes that belong to each step, in topological order, for pictures. */
  readonly columns: readonly (readonly Node[])[];
}

/**
 * T copies of the step, sharing all parameters.
 *
 * Step t reads element t of every sequence, and for a delay of k steps the value of k steps before, or initial[i] in the
 * i-th step to run while i < k.
 *
 * @param steps - T, a whole number ≥ 1
 * @param sequences - nodes `[T, …S]` to read, by name; an input of the sequence's name is made for each one not given
 * @throws GraphError STEPS_RANGE if T is not a whole number ≥ 1; UNFOLD_SIZE if T copies of the step have more than 1,000,000 nodes; SEQUENCE_UNKNOWN. ShapeError SEQUENCE_LENGTH or SEQUENCE_TYPE if a sequence is longer or shorter than T or of another type; LENGTHS, SEGMENTS or MASK_BATCH. ValueError LENGTH_RANGE if a length is not in [1, T]; INDEX_RANGE, when run, if that was not known before.
 * @example
 * const doubling = foldedGraph("doubling", ({ delay }) => {
 *   const h = delay("h", [], { initial: 1 });
 *   const next = add(h, h);
 *   return { next: { h: next }, outputs: { h: next } };
 * });
 * evaluate(unfold(doubling, 4).outputs.h).data; // → [2, 4, 8, 16]
 * @source Werbos 1990, "Backpropagation through time: what it does and how to do it"
 */
export function unfold<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  steps: number,
  sequences: Readonly<Record<string, Node>> = {},
  options: UnfoldOptions = {},
): Unfolded<O> {
  checkFolded("unfold(folded, steps, sequences, options)", folded);
  checkKeys("unfold(folded, steps, sequences, options)", "options", options, {
    reverse: true,
    lengths: true,
    segments: true,
  });
  const { reverse = false, lengths, segments } = options;
  const where = `unfold("${folded.name}", T)`;
  checkStepCount(where, steps);
  verifyFolded(folded);
  const order = topologicalOrder(stepResults(folded));
  checkSize(where, steps, order.length);
  const padded = overPadding(folded, { lengths, segments }, { steps, sequences, reverse }, (rewritten, read) =>
    unfold(rewritten, steps, read, { reverse }),
  );
  if (padded !== undefined) return padded;
  const whole = readSequences(where, folded, steps, sequences);
  const elements = mapValues(whole, (sequence) => unstack(sequence, 0));
  const histories = Object.values(folded.delays).map((delay) => ({ delay, values: unstack(delay.initial, 0) }));

  const copies = new Array<ReadonlyMap<Node, Node>>(steps);
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    const replacements = new Map<Node, Node>(
      Object.entries(folded.sequences).map(([key, leaf]) => [leaf, elements[key]![t]!]),
    );
    for (const { delay, values } of histories) replacements.set(delay.placeholder, values[i]!);
    const copy = copyGraph(order, replacements);
    for (const { delay, values } of histories) values.push(copy.get(delay.next) ?? delay.next);
    copies[t] = copy;
  }

  const at = (t: number, node: Node): Node => copies[t]!.get(node) ?? node;
  const perStep = copies.map((_, t) => mapValues(folded.outputs, (node) => at(t, node)) as O);
  return {
    name: folded.name,
    steps,
    sequences: whole,
    outputs: mapValues(folded.outputs, (node) => stack(copies.map((_, t) => at(t, node)))) as O,
    perStep,
    last: perStep.at(reverse ? 0 : -1)!,
    final: Object.fromEntries(histories.map(({ delay, values }) => [delay.name, stack(values.slice(-delay.steps), 0)])),
    elements,
    columns: copies.map((copy, t) =>
      order.filter((node) => node.op.kind !== "leaf" && copy.has(node)).map((node) => at(t, node)),
    ),
  };
}

function checkSize(where: string, steps: number, nodes: number): void {
  if (steps * Math.max(nodes, 1) <= LARGEST_UNFOLDED) return;
  throw new GraphError({
    code: "UNFOLD_SIZE",
    where,
    rule: `T copies of the step must have at most ${LARGEST_UNFOLDED} nodes`,
    got: `T = ${steps} copies of ${nodes} nodes`,
    fix: "Run it folded, by scan: its graph is as large for any T",
    details: { steps, nodes },
  });
}
