/** A cell whose input goes past it: what it yields is added. */
import { add, label, ValueError, type FloatNode } from "@unfold/core";
import { recurrentCell, type RecurrentCell } from "../cells/recurrent-cell.js";

/**
 * The cell with its input added to the `h` it yields; what it remembers stays its own. The name stays, so that it can be
 * stacked in its place.
 *
 * y_t = x_t + h_t
 *
 * @shapes x: f32[T, B, H] -> h: f32[T, B, H]
 * @throws ValueError RESIDUAL_SIZE if the cell's h has not the shape of what it reads.
 * @example
 * const cell = residualCell(gru({ inputs: 2, units: 2, seed: 1 }));
 * const { outputs, final } = cell.scan(constant([[[1, 2]]]));
 * const { h, inner } = evaluateAll({ h: outputs.h, inner: final["h"] });
 * h.data[0] - inner.data[0]; // → 1
 * @source He et al. 2016, "Deep residual learning for image recognition"; between recurrent layers: Wu et al. 2016, "Google's neural machine translation system", equation 6
 */
export function residualCell<O extends Readonly<Record<string, FloatNode>> & { readonly h: FloatNode }>(
  cell: RecurrentCell<O>,
): RecurrentCell<O> {
  const { name, inputShape, hiddenShape } = cell;
  if (inputShape.join() !== hiddenShape.join()) {
    throw new ValueError({
      code: "RESIDUAL_SIZE",
      where: `residualCell("${name}")`,
      rule: "what the cell reads and what it yields must have one shape",
      got: `[${inputShape.join(", ")}] and [${hiddenShape.join(", ")}]`,
    });
  }
  return recurrentCell(cell, (batch, initial) => {
    const folded = cell.fold(batch, initial);
    const h = label("residual", add(folded.sequences["x"] as FloatNode, folded.outputs.h));
    return { ...folded, outputs: { ...folded.outputs, h } };
  });
}
