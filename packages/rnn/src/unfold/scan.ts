/**
 * A folded graph that stays folded: one scan node over T steps. Values and gradients are those of the unfolded graph;
 * the graph, and the time to build and compile it, do not depend on T.
 */
import { checkKeys, reshape, slice, type Checkpoint, type IntNode, type Node } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { verifyFolded } from "../folded/verify-folded.js";
import { overPadding } from "../sequences/over-padding.js";
import { readSequences } from "./read-sequences.js";
import { checkStepCount, type RecurrenceValues } from "../folded/recurrence-values.js";
import { initialOf, scanSteps } from "./scan-steps.js";
import { truncatedScan, type Truncation } from "./truncated-scan.js";

/** How a recurrence runs. */
export interface ScanOptions {
  /** Whether the steps run from T - 1 down to 0; element t is read and written at step t all the same. Default false. */
  readonly reverse?: boolean;
  /**
   * What the derivative keeps: unless given, all it needs of every step. `{ every: k }` keeps the delayed values every k
   * steps and runs the k steps in between once more; "sqrt" takes k = ⌈√T⌉. Values are the same to the last bit, gradients
   * but for the order of sums. It pays if little is stacked: compute a loss of each step inside the step.
   */
  readonly checkpoint?: Checkpoint;
  /**
   * How far the derivative reaches back: unless given, to the first step. `{ every: k1, through: k2 }` cuts it as truncated
   * backpropagation through time does; values stay the same. If k2 > k1, each step is run k2 / k1 times.
   */
  readonly truncate?: Truncation;
  /**
   * `i32[B]`: how many steps of each sequence are its own, in [1, T]; the rest is padding. Each sequence runs as if it were
   * alone, backwards from its own last element; outputs are 0 where it has ended, last and final values are its own. What
   * stands in the padding, be it NaN, changes neither values nor gradients. The first axis of whatever a step reads, delays
   * and yields must be the batch.
   */
  readonly lengths?: IntNode;
  /**
   * `i32[T, B]`: which sequence of its row a step belongs to, if several are packed into one; 0 for padding, and no two
   * neighbors equal. Each runs as if it were alone, from the delays' initial values; outputs are 0 in padding.
   */
  readonly segments?: IntNode;
}

/**
 * The recurrence over T steps as one node.
 *
 * Step t reads element t of every sequence, and for a delay of k steps the value of k steps before, or initial[i] in the
 * i-th step to run while i < k.
 *
 * @param steps - T, a whole number ≥ 1
 * @param sequences - nodes `[T, …S]` to read, by name; an input of the sequence's name is made for each one not given
 * @throws GraphError STEPS_RANGE if T is not a whole number ≥ 1; SEQUENCE_UNKNOWN; CHECKPOINT_EVERY; TRUNCATION. ShapeError SEQUENCE_LENGTH or SEQUENCE_TYPE if a sequence is longer or shorter than T or of another type; LENGTHS, SEGMENTS or MASK_BATCH. ValueError LENGTH_RANGE if a length is not in [1, T]; INDEX_RANGE, when run, if that was not known before.
 * @example
 * const doubling = foldedGraph("doubling", ({ delay }) => {
 *   const h = delay("h", [], { initial: 1 });
 *   const next = add(h, h);
 *   return { next: { h: next }, outputs: { h: next } };
 * });
 * evaluate(scan(doubling, 4).outputs.h).data; // → [2, 4, 8, 16]
 * @source Werbos 1990, "Backpropagation through time: what it does and how to do it"
 */
export function scan<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  steps: number,
  sequences: Readonly<Record<string, Node>> = {},
  options: ScanOptions = {},
): RecurrenceValues<O> {
  checkFolded("scan(folded, steps, sequences, options)", folded);
  checkKeys("scan(folded, steps, sequences, options)", "options", options, {
    reverse: true,
    checkpoint: true,
    truncate: true,
    lengths: true,
    segments: true,
  });
  const where = `scan("${folded.name}", T)`;
  checkStepCount(where, steps);
  verifyFolded(folded);
  const { lengths, segments, ...others } = options;
  const { reverse = false, checkpoint, truncate } = others;
  const padded = overPadding(folded, { lengths, segments }, { steps, sequences, reverse }, (rewritten, read) =>
    scan(rewritten, steps, read, others),
  );
  if (padded !== undefined) return padded;
  const whole = readSequences(where, folded, steps, sequences);
  const request = { steps, reverse, checkpoint, sequences: whole };
  const { outputs, final } =
    truncate === undefined
      ? scanSteps(folded, { ...request, initial: initialOf(folded) })
      : truncatedScan(folded, { ...request, truncate });
  return {
    name: folded.name,
    steps,
    sequences: whole,
    outputs,
    last: lastOf(folded, outputs, final, reverse ? 0 : steps - 1),
    final,
  };
}

/** What the last step yields: the newest value of a delay where it is one, so that no stack is needed for it. */
function lastOf<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  outputs: O,
  final: Readonly<Record<string, Node>>,
  lastStep: number,
): O {
  const delays = Object.entries(folded.delays);
  return Object.fromEntries(
    Object.entries(folded.outputs).map(([name, node]) => {
      const carried = delays.find(([, { next }]) => next === node);
      if (carried === undefined) return [name, elementAt(outputs[name]!, lastStep)];
      const [delayName, { steps }] = carried;
      return [name, elementAt(final[delayName]!, steps - 1)];
    }),
  ) as O;
}

function elementAt(whole: Node, index: number): Node {
  return reshape(slice(whole, { axis: 0, start: index, stop: index + 1 }), whole.shape.slice(1));
}
