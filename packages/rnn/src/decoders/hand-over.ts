/** An encoder's memory as the one that a decoder starts from. */
import { GraphError, type Node } from "@unfold/core";
import type { RecurrentCell } from "../cells/recurrent-cell.js";

/**
 * The final values of one recurrence as initial values of a cell, each for the delay at its place, for encoders and decoders
 * alike whose delays are called otherwise. If the names are the same, the final values do as they are.
 *
 * @param final - of the encoder, `[k, B, …S]` each
 * @param cell - a decoder's cell, before it attends
 * @throws GraphError HAND_OVER unless the cell has as many delays. INITIAL_SHAPE, by the cell, if one is of another shape.
 * @example
 * const cells = (part) => [
 *   lstm({ name: `${part} 1`, inputs: 3, units: 4, seed: 1 }),
 *   lstm({ name: `${part} 2`, inputs: 4, units: 4, seed: 2 }),
 * ];
 * const decoder = stacked(cells("decoder"), { name: "decoder" });
 * const { final } = stacked(cells("encoder"), { name: "encoder" }).scan(input("x", [7, 2, 3]));
 * decoder.scan(input("y", [6, 2, 3]), handOver(final, decoder)).outputs.h.shape; // → [6, 2, 4]
 * @source Sutskever, Vinyals & Le 2014, "Sequence to sequence learning with neural networks", section 2
 */
export function handOver(final: Readonly<Record<string, Node>>, cell: RecurrentCell): Record<string, Node> {
  const given = Object.entries(final);
  const delays = Object.keys(cell.fold(given[0]?.[1].shape[1] ?? 1).delays);
  if (given.length === delays.length) return Object.fromEntries(delays.map((name, i) => [name, given[i]![1]]));
  throw new GraphError({
    code: "HAND_OVER",
    where: `handOver(final, "${cell.name}")`,
    rule: "there must be a final value for every delay of the cell",
    got: `${given.map(([name]) => name).join(", ") || "none"} for ${delays.join(", ") || "none"}`,
    fix: "bridge(…) makes initial values of any vector",
  });
}
