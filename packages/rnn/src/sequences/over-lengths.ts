/** Recurrences over sequences of several lengths, padded to one: each of them as if it ran alone. */
import { broadcastTo, reshape, slice, takeAlongAxis, type IntNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { joinLinks } from "../folded/unit-delays.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
import { lastSteps, lengthMask } from "./length-mask.js";
import { MASK, maskSteps } from "./mask-steps.js";

/** What is padded to how many steps, and in which direction it is read. */
export interface PaddedSequences {
  /** T, to which all are padded. */
  readonly steps: number;
  readonly sequences: Readonly<Record<string, Node>>;
  readonly lengths: IntNode;
  readonly reverse: boolean;
}

/** The recurrence run with a mask, as `run` does it; last and final values are those of each sequence's own last step. */
export function overLengths<O extends Readonly<Record<string, Node>>, V extends RecurrenceValues<O>>(
  folded: FoldedGraph<O>,
  { steps, sequences, lengths, reverse }: PaddedSequences,
  run: (masked: FoldedGraph<O>, sequences: Readonly<Record<string, Node>>) => V,
): V {
  const mask = lengthMask(lengths, steps);
  const values = run(maskSteps(folded, lengths.shape[0]!), { ...sequences, [MASK]: mask });
  const final = joinLinks(folded, values.final);
  const lastStep = lastSteps(lengths, steps);
  const last = Object.entries(folded.outputs).map(([name, node]) => {
    const carried = Object.values(folded.delays).find(({ next }) => next === node);
    if (carried !== undefined) {
      const newest = slice(final[carried.name]!, { axis: 0, start: carried.steps - 1 });
      return [name, reshape(newest, node.shape)];
    }
    const isOfBatch = node.shape[0] === lengths.shape[0];
    return [name, reverse || !isOfBatch ? values.last[name] : elementsAt(values.outputs[name]!, lastStep)];
  });
  const { [MASK]: _, ...read } = values.sequences;
  return { ...values, sequences: read, last: Object.fromEntries(last) as O, final };
}

/** The element of each sequence at a step of its own. */
function elementsAt(whole: Node, steps: IntNode): Node {
  const [, batch, ...rest] = whole.shape;
  const places = broadcastTo(reshape(steps, [1, batch!, ...rest.map(() => 1)]), [1, batch!, ...rest]);
  return reshape(takeAlongAxis(whole, places, 0), whole.shape.slice(1));
}
