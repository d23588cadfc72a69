/** Recurrences over rows of packed sequences: each sequence as if it ran alone. */
import {
  concat,
  constant,
  describe,
  greater,
  notEqual,
  requireNode,
  ShapeError,
  slice,
  type BoolNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { joinLinks } from "../folded/unit-delays.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
import { MASK, maskSteps } from "./mask-steps.js";
import { restartSteps, START } from "./restart-steps.js";

/** What is packed, and in which direction it is read. */
export interface PackedSequences {
  /** T, steps in a row. */
  readonly steps: number;
  readonly sequences: Readonly<Record<string, Node>>;
  /** `i32[T, B]`: equal within a sequence, unequal to its neighbors; 0 for padding. */
  readonly segments: IntNode;
  readonly reverse: boolean;
}

/** The recurrence run with restarts and a mask, as `run` does it. */
export function overSegments<O extends Readonly<Record<string, Node>>, V extends RecurrenceValues<O>>(
  folded: FoldedGraph<O>,
  { steps, sequences, segments, reverse }: PackedSequences,
  run: (masked: FoldedGraph<O>, sequences: Readonly<Record<string, Node>>) => V,
): V {
  const batch = checkSegments(folded.name, segments, steps);
  const marks = { [START]: startsOf(segments, reverse), [MASK]: greater(segments, 0) };
  const values = run(maskSteps(restartSteps(folded, batch), batch), { ...sequences, ...marks });
  const { [START]: _start, [MASK]: _mask, ...read } = values.sequences;
  return { ...values, sequences: read, final: joinLinks(folded, values.final) };
}

/** Where the segment is another one than at the step that ran before. */
function startsOf(segments: IntNode, reverse: boolean): BoolNode {
  const [steps, batch] = segments.shape;
  const inner = notEqual(slice(segments, { axis: 0, start: 1 }), slice(segments, { axis: 0, stop: steps! - 1 }));
  const first = constant([new Array<boolean>(batch!).fill(true)], "bool");
  return concat(reverse ? [inner, first] : [first, inner], 0);
}

function checkSegments(name: string, segments: IntNode, steps: number): number {
  requireNode(`segments of "${name}"`, "they", segments);
  const [length, batch] = segments.shape;
  const isOfSteps = segments.shape.length === 2 && length === steps && (segments as Node).dtype === "i32";
  if (isOfSteps && batch !== undefined) return batch;
  throw new ShapeError({
    code: "SEGMENTS",
    where: `segments of "${name}"`,
    rule: `they must be i32[${steps}, B], time-major`,
    got: describe(segments),
  });
}
