/** Recurrences over sequences that do not fill their array, whichever way that is said. */
import { GraphError, type IntNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
import { overLengths } from "./over-lengths.js";
import { overSegments } from "./over-segments.js";

/** Which steps are of which sequence. */
export interface Padding {
  readonly lengths?: IntNode | undefined;
  readonly segments?: IntNode | undefined;
}

/** The recurrence as `run` runs it, without what is padding; undefined if nothing is said of it. */
export function overPadding<O extends Readonly<Record<string, Node>>, V extends RecurrenceValues<O>>(
  folded: FoldedGraph<O>,
  { lengths, segments }: Padding,
  read: { readonly steps: number; readonly sequences: Readonly<Record<string, Node>>; readonly reverse: boolean },
  run: (rewritten: FoldedGraph<O>, sequences: Readonly<Record<string, Node>>) => V,
): V | undefined {
  if (lengths !== undefined && segments !== undefined) {
    throw new GraphError({
      code: "PADDING_TWICE",
      where: `lengths and segments of "${folded.name}"`,
      rule: "padding must be said once",
      got: "both",
      fix: "Segments of 0 are padding already",
    });
  }
  if (lengths !== undefined) return overLengths(folded, { ...read, lengths }, run);
  if (segments !== undefined) return overSegments(folded, { ...read, segments }, run);
  return undefined;
}
