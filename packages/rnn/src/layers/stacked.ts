/** Cells upon each other, as one cell. */
import { checkArgument, checkKeys, ValueError, checkList, type FloatNode, type Node } from "@unfold/core";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";
import { foldedGraph } from "../folded/folded-graph.js";
import { includeStep } from "../folded/include-step.js";
import { partOf, prefixed } from "./prefixed.js";

/** A cell that yields `h`, which is what a cell above it reads. */
export type HiddenCell = RecurrentCell<Readonly<Record<string, FloatNode>> & { readonly h: FloatNode }>;

/** How cells are stacked. */
export interface StackedOptions {
  /** Name of the whole. Default "stacked". */
  readonly name?: string;
}

/**
 * Cells upon each other: each reads the `h` of the one below it at the same step. The whole is one folded graph, to be drawn,
 * unfolded, scanned and run step by step as any cell.
 *
 * h^l_t = cell^l(h^{l-1}_t, h^l_{t-1}), h^0_t = x_t
 *
 * Delays, initial values and parameters are called `cell/h`, after the name of each cell. It yields the `h` of the uppermost
 * cell, and everything each of them yields: `cell/h`.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], `cell/h`: f32[T, B, H_cell]
 * @throws ValueError LAYER_STACK if there is no cell, two have one name, or one does not read what the one below it yields; when it is folded, if one does not yield `h`.
 * @example
 * const cell = stacked([
 *   lstm({ name: "lower", inputs: 3, units: 4, seed: 1 }),
 *   gru({ name: "upper", inputs: 4, units: 2, seed: 2 }),
 * ]);
 * const { outputs, final } = cell.scan(input("x", [5, 1, 3]));
 * outputs.h.shape; // → [5, 1, 2]
 * Object.keys(final); // → ["lower/h", "lower/c", "upper/h"]
 * @source Schmidhuber 1992, "Learning complex, extended sequences using the principle of history compression"; of LSTM: Graves, Mohamed & Hinton 2013, "Speech recognition with deep recurrent neural networks", equation 11 without the sum over directions
 */
export function stacked(
  cells: readonly HiddenCell[],
  options: StackedOptions = {},
): RecurrentCell<Readonly<Record<string, FloatNode>> & { readonly h: FloatNode }> {
  checkKeys("stacked(cells, options)", "options", options, { name: true });
  const { name = "stacked" } = options;
  const where = `stacked(cells, "${name}")`;
  checkStack(where, cells);
  const [lowest, uppermost] = [cells[0]!, cells.at(-1)!];
  const parameters = Object.fromEntries(cells.flatMap((cell) => Object.entries(prefixed(cell.name, cell.parameters))));
  const { inputs, inputShape } = lowest;
  const { units, hiddenShape } = uppermost;
  return recurrentCell({ name, inputs, inputShape, units, hiddenShape, parameters }, (batch, initial = {}) =>
    foldedGraph(name, (builder) => {
      let below: FloatNode = builder.sequence("x", [batch, ...inputShape]);
      const outputs: Record<string, FloatNode> = {};
      const next: Record<string, Node> = {};
      for (const cell of cells) {
        const folded = cell.fold(batch, partOf(cell.name, initial));
        checkHidden(where, cell.name, Object.keys(folded.outputs));
        const step = includeStep(builder, cell.name, folded, { x: below });
        Object.assign(next, step.next);
        Object.assign(outputs, prefixed(cell.name, step.outputs));
        below = step.outputs.h;
      }
      return { next, outputs: { ...outputs, h: below } };
    }),
  );
}

function checkStack(where: string, cells: readonly HiddenCell[]): void {
  checkList(where, "cells must be a list", cells, "stacked([lower, upper])");
  const problem = (rule: string, got: string): ValueError => new ValueError({ code: "LAYER_STACK", where, rule, got });
  if (cells.length === 0) throw problem("there must be at least one cell", "none");
  cells.forEach((cell, i) => {
    checkArgument(where, `cells[${i}] must be a cell`, cell, { members: ["inputShape", "hiddenShape", "fold"] });
    const below = cells[i - 1];
    if (cells.findIndex(({ name }) => name === cell.name) < i)
      throw problem("every cell must have its own name", `"${cell.name}" twice`);
    if (below !== undefined && cell.inputShape.join() !== below.hiddenShape.join()) {
      const [read, yielded] = [cell.inputShape.join(", "), below.hiddenShape.join(", ")];
      const got = `"${cell.name}", which reads [${read}], upon "${below.name}", which yields [${yielded}]`;
      throw problem("each cell must read what the one below it yields", got);
    }
  });
}

/** What a cell yields is known only for the batch it is folded for. */
function checkHidden(where: string, name: string, outputs: readonly string[]): void {
  if (outputs.includes("h")) return;
  throw new ValueError({
    code: "LAYER_STACK",
    where,
    rule: "every cell must yield h",
    got: `"${name}", which yields ${outputs.join(", ") || "nothing"}`,
    fix: `Say which of them is h: hiddenOutput(cell, "${outputs[0] ?? "output"}")`,
  });
}
