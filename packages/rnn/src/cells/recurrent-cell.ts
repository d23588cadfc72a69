/** What all built-in cells share: named parameters, and a folded graph for each batch size. */
import { describe, GraphError, ShapeError, type FloatNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import type { RecurrenceValues } from "../unfold/recurrence-values.js";
import { scan, type ScanOptions } from "../unfold/scan.js";
import { unfold, type Unfolded, type UnfoldOptions } from "../unfold/unfold.js";

/** A recurrent cell: parameters, and a step that is drawn once for a batch size. */
export interface RecurrentCell<O extends Readonly<Record<string, FloatNode>> = Readonly<Record<string, FloatNode>>> {
  readonly name: string;
  /** F, features per step. */
  readonly inputs: number;
  /** The shape of one element of a sequence, `[F]` but for cells that read images or the like. */
  readonly inputShape: readonly number[];
  /** H, hidden units. */
  readonly units: number;
  /** The shape of `h` of one sequence at one step, `[H]` but for cells that yield images, a projection or the like. */
  readonly hiddenShape: readonly number[];
  readonly parameters: Readonly<Record<string, FloatNode>>;
  /**
   * The step as a folded graph with a sequence `x` `[B, F]`.
   * @param batch - B
   * @param initial - the value of each delay before step 0; zero unless given
   * @throws GraphError INITIAL_UNKNOWN if a name is not one of the cell's delays; INITIAL_SHAPE if a value does not fit.
   */
  readonly fold: (batch: number, initial?: Readonly<Record<string, Node | number>>) => FoldedGraph<O>;
  /**
   * The cell unfolded over a time-major sequence, one copy of the step per element.
   * @shapes x: f32[T, B, F]
   * @param options - reverse: from the last element to the first; lengths of padded sequences
   * @throws ShapeError CELL_INPUT if x is not `[T, B, F]`. GraphError as fold does.
   */
  readonly over: (
    x: FloatNode,
    initial?: Readonly<Record<string, Node | number>>,
    options?: UnfoldOptions,
  ) => Unfolded<O>;
  /**
   * The cell over a time-major sequence as one node, whatever T is. Values and gradients are those of `over`.
   * @shapes x: f32[T, B, F]
   * @param options - reverse: from the last element to the first; lengths of padded sequences; checkpoint: memory for time, when differentiated
   * @throws ShapeError CELL_INPUT if x is not `[T, B, F]`. GraphError as fold does.
   */
  readonly scan: (
    x: FloatNode,
    initial?: Readonly<Record<string, Node | number>>,
    options?: ScanOptions,
  ) => RecurrenceValues<O>;
}

/** A cell from its parameters and its step: `fold`, `over` and `scan` check what they are given. */
export function recurrentCell<O extends Readonly<Record<string, FloatNode>>>(
  cell: Pick<RecurrentCell<O>, "name" | "inputs" | "units" | "parameters"> &
    Partial<Pick<RecurrentCell<O>, "inputShape" | "hiddenShape">>,
  draw: RecurrentCell<O>["fold"],
): RecurrentCell<O> {
  const { inputShape = [cell.inputs], hiddenShape = [cell.units] } = cell;
  const fold: RecurrentCell<O>["fold"] = (batch, initial = {}) => {
    const folded = draw(batch, initial);
    checkInitial(cell.name, Object.keys(initial), Object.keys(folded.delays));
    return folded;
  };
  const sizes = (method: string, x: FloatNode): readonly [steps: number, batch: number] => {
    const [steps, batch, ...element] = x.shape;
    if (steps !== undefined && batch !== undefined && element.join() === inputShape.join()) return [steps, batch];
    throw new ShapeError({
      code: "CELL_INPUT",
      where: `"${cell.name}".${method}(x)`,
      rule: `x must be f32[T, B, ${inputShape.join(", ")}], time-major`,
      got: describe(x),
      details: { inputShape },
    });
  };
  return {
    ...cell,
    inputShape,
    hiddenShape,
    fold,
    over: (x, initial, options) => {
      const [steps, batch] = sizes("over", x);
      return unfold(fold(batch, initial), steps, { x }, options);
    },
    scan: (x, initial, options) => {
      const [steps, batch] = sizes("scan", x);
      return scan(fold(batch, initial), steps, { x }, options);
    },
  };
}

/** A misspelled name would silently start from zero. */
function checkInitial(name: string, given: readonly string[], delays: readonly string[]): void {
  const unknown = given.find((key) => !delays.includes(key));
  if (unknown === undefined) return;
  throw new GraphError({
    code: "INITIAL_UNKNOWN",
    where: `"${name}".fold(batch, initial)`,
    rule: "initial values must be named after delays of the cell",
    got: `"${unknown}"`,
    fix: `Its delays: ${delays.join(", ")}`,
  });
}
