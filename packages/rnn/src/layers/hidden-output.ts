/** A cell that yields something else as `h`, for what stands upon it to read. */
import { GraphError, type FloatNode } from "@unfold/core";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";

/**
 * The cell with one of its outputs as `h`: what Jordan's network or a linear recurrence says, instead of what it thinks. So it can
 * be stacked, read from both ends and attend.
 *
 * @param output - name of an output
 * @throws GraphError OUTPUT_UNKNOWN if the cell does not yield it.
 * @example
 * const cell = hiddenOutput(linearRecurrence({ inputs: 3, units: 8, outputs: 4, seed: 1 }), "y");
 * stacked([cell, gru({ inputs: 4, units: 2, seed: 2 })]).scan(input("x", [5, 1, 3])).outputs.h.shape; // → [5, 1, 2]
 */
export function hiddenOutput<O extends Readonly<Record<string, FloatNode>>>(
  cell: RecurrentCell<O>,
  output: keyof O & string,
): RecurrentCell<O & { readonly h: FloatNode }> {
  const { outputs } = cell.fold(1);
  if (!Object.hasOwn(outputs, output)) {
    throw new GraphError({
      code: "OUTPUT_UNKNOWN",
      where: `hiddenOutput("${cell.name}", output)`,
      rule: "the output must be one of the cell's",
      got: `"${output}"`,
      fix: `Its outputs: ${Object.keys(outputs).join(", ") || "none"}`,
    });
  }
  const hiddenShape = outputs[output]!.shape.slice(1);
  return recurrentCell({ ...cell, hiddenShape }, (batch, initial) => {
    const folded = cell.fold(batch, initial);
    return { ...folded, outputs: { ...folded.outputs, h: folded.outputs[output]! } };
  });
}
