/** What all built-in cells share: named parameters, and a folded graph for each batch size. */
import { describe, GraphError, ShapeError, type FloatNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { unfold, type Unfolded } from "../unfold/unfold.js";

/** A recurrent cell: parameters, and a step that is drawn once for a batch size. */
export interface RecurrentCell<O extends Readonly<Record<string, FloatNode>> = Readonly<Record<string, FloatNode>>> {
  readonly name: string;
  /** F, features per step. */
  readonly inputs: number;
  /** H, hidden units. */
  readonly units: number;
  readonly parameters: Readonly<Record<string, FloatNode>>;
  /**
   * The step as a folded graph with a sequence `x` `[B, F]`.
   * @param batch - B
   * @param initial - the value of each delay before step 0; zero, or what the paper says, unless given
   */
  readonly fold: (batch: number, initial?: Readonly<Record<string, Node | number>>) => FoldedGraph<O>;
  /**
   * The cell unfolded over a time-major sequence, one copy of the step per element.
   * @shapes x: f32[T, B, F]
   * @throws ShapeError CELL_INPUT if x is not `[T, B, F]`.
   */
  readonly over: (x: FloatNode, initial?: Readonly<Record<string, Node | number>>) => Unfolded<O>;
}

/** A cell from its parameters and its step: `over` checks what it is given and unfolds. */
export function recurrentCell<O extends Readonly<Record<string, FloatNode>>>(
  cell: Pick<RecurrentCell<O>, "name" | "inputs" | "units" | "parameters">,
  fold: RecurrentCell<O>["fold"],
): RecurrentCell<O> {
  const foldChecked: typeof fold = (batch, initial = {}) => {
    const folded = fold(batch, initial);
    const unknown = Object.keys(initial).find((name) => !Object.hasOwn(folded.delays, name));
    if (unknown === undefined) return folded;
    throw new GraphError({
      code: "INITIAL_UNKNOWN",
      where: `"${cell.name}"`,
      rule: "initial values must be named after the cell's delays",
      got: `"${unknown}"`,
      fix: `Its delays: ${Object.keys(folded.delays).join(", ")}`,
    });
  };
  return {
    ...cell,
    fold: foldChecked,
    over: (x, initial) => {
      const [steps, batch, features] = x.shape;
      if (x.shape.length !== 3 || steps === undefined || batch === undefined || features !== cell.inputs) {
        throw new ShapeError({
          code: "CELL_INPUT",
          where: `"${cell.name}".over(x)`,
          rule: `x must be f32[T, B, ${cell.inputs}], time-major`,
          got: describe(x),
          details: { inputs: cell.inputs },
        });
      }
      return unfold(foldChecked(batch, initial), steps, { x });
    },
  };
}
