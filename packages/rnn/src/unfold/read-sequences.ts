/** The sequences an unfolding reads: checked against the folded graph and T, or made as inputs. */
import { describe, formatType, GraphError, input, ShapeError, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";

/** One node `[T, …S]` per sequence of the folded graph. */
export function readSequences(
  where: string,
  folded: FoldedGraph,
  steps: number,
  given: Readonly<Record<string, Node>>,
): Record<string, Node> {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(folded.sequences, key));
  if (unknown !== undefined) {
    throw new GraphError({
      code: "SEQUENCE_UNKNOWN",
      where,
      rule: "the sequences given must be sequences of the folded graph",
      got: `"${unknown}"`,
      fix: `Its sequences: ${Object.keys(folded.sequences).join(", ") || "none"}`,
    });
  }
  return Object.fromEntries(
    Object.entries(folded.sequences).map(([key, leaf]) => {
      const type = { dtype: leaf.dtype, shape: [steps, ...leaf.shape] };
      const node = given[key] ?? input(key, type.shape, type.dtype);
      if (formatType(node.type) !== formatType(type)) throw misfit(where, key, formatType(type), steps, node);
      return [key, node];
    }),
  );
}

function misfit(where: string, key: string, expected: string, steps: number, node: Node): ShapeError {
  const length = node.shape[0];
  const isLength =
    length !== steps && formatType({ dtype: node.dtype, shape: [steps, ...node.shape.slice(1)] }) === expected;
  return new ShapeError({
    code: isLength ? "SEQUENCE_LENGTH" : "SEQUENCE_TYPE",
    where,
    rule: `sequence "${key}" must be ${expected}, time-major`,
    got: isLength ? `${describe(node)}: ${length!} steps for T = ${steps}` : describe(node),
    ...(isLength && {
      fix: `Unfold ${length!} steps${length! > steps ? `, or cut the sequence: slice(x, { axis: 0, stop: ${steps} })` : ""}`,
    }),
    details: { sequence: key, steps, length },
  });
}
