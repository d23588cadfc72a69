/** What all built-in cells share: named parameters, and a folded graph for each batch size. */
import {
  checkArgument,
  checkFunction,
  checkObject,
  describe,
  GraphError,
  Node,
  requireNode,
  ShapeError,
  type FloatNode,
} from "@unfold/core";
import type { ParameterTree } from "@unfold/nn";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
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

/** What a cell is made of, beside its step. */
export interface RecurrentCellOptions
  extends Pick<RecurrentCell, "name" | "inputs" | "units">, Partial<Pick<RecurrentCell, "inputShape" | "hiddenShape">> {
  /** All that is trained, by name. Those of a layer inside the cell are a group: `{ recurrentWeight, norm: norm.parameters }` has `norm/weight`. */
  readonly parameters: ParameterTree;
}

/**
 * A cell from its parameters and its step: `fold`, `over` and `scan` check what they are given.
 *
 * @param draw - the step for a batch size as a folded graph, its delays starting from the initial values given for them
 * @throws ValueError ARGUMENT
 * @example
 * const mix = dense({ name: "mix", inputs: 3 + 4, units: 4, seed: 1 });
 * const cell = recurrentCell({ name: "mixer", inputs: 3, units: 4, parameters: { mix: mix.parameters } }, (batch, initial = {}) =>
 *   foldedGraph("mixer", ({ sequence, delay }) => {
 *     const last = delay("h", [batch, 4], { initial: initial.h ?? 0 });
 *     const h = tanh(mix.apply(concat([sequence("x", [batch, 3]), last], 1)));
 *     return { next: { h }, outputs: { h } };
 *   }),
 * );
 * Object.keys(cell.parameters); // → ["mix/weight", "mix/bias"]
 * cell.scan(input("x", [5, 2, 3])).last.h.shape; // → [2, 4]
 */
export function recurrentCell<O extends Readonly<Record<string, FloatNode>>>(
  options: RecurrentCellOptions,
  draw: RecurrentCell<O>["fold"],
): RecurrentCell<O> {
  checkArgument("recurrentCell(options, draw)", "options must have name, inputs, units and parameters", options, {
    members: ["name", "inputs", "units", "parameters"],
  });
  checkFunction("recurrentCell(options, draw)", "draw", draw);
  const cell = { ...options, parameters: flat(options.parameters) };
  const { inputShape = [cell.inputs], hiddenShape = [cell.units] } = cell;
  const fold: RecurrentCell<O>["fold"] = (batch, initial = {}) => {
    const where = `"${cell.name}".fold(batch, initial)`;
    checkObject(where, "initial must be an object of values by the names of delays", initial);
    const folded = draw(batch, initial);
    checkFolded(where, folded);
    checkInitial(where, Object.keys(initial), Object.keys(folded.delays));
    return folded;
  };
  const sizes = (method: string, x: FloatNode): readonly [steps: number, batch: number] => {
    requireNode(`"${cell.name}".${method}(x)`, "x", x);
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
function checkInitial(where: string, given: readonly string[], delays: readonly string[]): void {
  const unknown = given.find((key) => !delays.includes(key));
  if (unknown === undefined) return;
  throw new GraphError({
    code: "INITIAL_UNKNOWN",
    where,
    rule: "initial values must be named after delays of the cell",
    got: `"${unknown}"`,
    fix: `Its delays: ${delays.join(", ")}`,
  });
}

/** Parameters by their names, those of groups after the group's. What has no groups stays the same object. */
function flat(tree: ParameterTree): Readonly<Record<string, FloatNode>> {
  return isFlat(tree) ? tree : Object.fromEntries(entriesOf(tree));
}

function isFlat(tree: ParameterTree): tree is Readonly<Record<string, FloatNode>> {
  return Object.values(tree).every((part) => part instanceof Node);
}

function entriesOf(tree: ParameterTree, group = ""): [string, FloatNode][] {
  return Object.entries(tree).flatMap(([name, part]): [string, FloatNode][] => {
    if (part === undefined) return [];
    return part instanceof Node ? [[`${group}${name}`, part]] : entriesOf(part, `${group}${name}/`);
  });
}
