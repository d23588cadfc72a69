/** A decoder that sees one vector, such as what was understood of a sequence, at every step. */
import { describe, ShapeError, type FloatNode } from "@unfold/core";
import type { RecurrentCell } from "../cells/recurrent-cell.js";
import { readBeside } from "../layers/read-beside.js";
import type { HiddenCell } from "../layers/stacked.js";

/**
 * The cell with a vector that it reads beside its input, the same at every step.
 *
 * h_t = cell([x_t | c], h_{t-1})
 *
 * @shapes context: f32[B, C], x: f32[T, B, F] -> h: f32[T, B, H]; the cell has F + C inputs
 * @throws ShapeError CELL_INPUTS if the cell has no more inputs than C; CONTEXT_SHAPE if the context is not f32[B, C].
 * @example
 * const { last } = gru({ name: "encoder", inputs: 3, units: 4, seed: 1 }).scan(input("x", [7, 2, 3]));
 * const decoder = conditionedOn(gru({ name: "decoder", inputs: 2 + 4, units: 5, seed: 2 }), last.h);
 * decoder.scan(input("y", [6, 2, 2])).outputs.h.shape; // → [6, 2, 5]
 * @source Cho et al. 2014, "Learning phrase representations using RNN encoder–decoder for statistical machine translation", section 2.2
 */
export function conditionedOn(
  cell: HiddenCell,
  context: FloatNode,
): RecurrentCell<Readonly<Record<string, FloatNode>> & { readonly h: FloatNode }> {
  const where = `conditionedOn("${cell.name}", context)`;
  const misfit = (rule: string): ShapeError =>
    new ShapeError({ code: "CONTEXT_SHAPE", where, rule, got: describe(context) });
  const [rows, size] = context.shape;
  if (context.shape.length !== 2 || size === undefined) throw misfit("the context must be f32[B, C]");
  return readBeside(where, cell, size, (_, batch) => {
    if (rows !== batch) throw misfit(`the context must be f32[${batch}, ${size}], as the batch is`);
    return { vector: context, outputs: {} };
  });
}
