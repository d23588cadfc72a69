/** A cell that reads more at each step than its input. */
import { concat, placeholder, ShapeError, type FloatNode, type Node } from "@unfold/core";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import type { HiddenCell } from "./stacked.js";

/** The outputs of a cell that yields `h`. */
type HiddenOutputs = Readonly<Record<string, FloatNode>> & { readonly h: FloatNode };

/** What is read beside the input. */
interface ReadBeside<O> {
  /** @shapes f32[B, size] */
  readonly vector: FloatNode;
  /** What the step yields beside what the cell does. */
  readonly outputs: O;
}

/**
 * The cell with a vector of so many elements beside its input; it has as many inputs less.
 *
 * @param draw - the vector, from the cell's step
 * @throws ShapeError CELL_INPUTS if the cell has no inputs left of its own.
 */
export function readBeside<O extends Readonly<Record<string, FloatNode>>>(
  where: string,
  cell: HiddenCell,
  size: number,
  draw: (folded: FoldedGraph<HiddenOutputs>, batch: number) => ReadBeside<O>,
): RecurrentCell<HiddenOutputs & O> {
  const { name, units, hiddenShape, parameters } = cell;
  const inputs = cell.inputs - size;
  checkInputs(where, cell, size);
  return recurrentCell({ name, inputs, units, hiddenShape, parameters }, (batch, initial) => {
    const folded = cell.fold(batch, initial);
    const { vector, outputs } = draw(folded, batch);
    const x = placeholder("x", [batch, inputs]);
    const reading = new Map<Node, Node>([[folded.sequences["x"]!, concat([x, vector], 1)]]);
    const rewritten = rewriteStep(folded, reading);
    return { ...rewritten, sequences: { ...folded.sequences, x }, outputs: { ...rewritten.outputs, ...outputs } };
  });
}

/** Throws unless the cell has inputs left beside what is added to them. */
export function checkInputs(where: string, { inputs, inputShape }: HiddenCell, added: number): void {
  if (inputs > added && inputShape.length === 1) return;
  throw new ShapeError({
    code: "CELL_INPUTS",
    where,
    rule: `the cell must have F + ${added} inputs, F ≥ 1 of its own`,
    got: inputShape.length === 1 ? String(inputs) : `a cell that reads [${inputShape.join(", ")}]`,
  });
}
