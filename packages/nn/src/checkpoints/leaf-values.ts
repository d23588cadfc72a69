/** The values of parameters and states, by path: out of a runtime and back into it. */
import type { NdArray, Node, Runtime } from "@unfold/core";
import { checkpointMismatch, typeProblems, type ExtraValues } from "./checkpoint-mismatch.js";

/**
 * Copies of the values of leaves, by their paths.
 *
 * @param leaves - parameters and states that some executable of the runtime uses
 * @throws RuntimeError LEAF_UNKNOWN
 */
export function readLeaves(runtime: Runtime, leaves: readonly Node[]): Map<string, NdArray> {
  return new Map(leaves.map((leaf) => [pathOfLeaf(leaf), runtime.read(leaf)]));
}

/**
 * Writes values to the leaves they are named after. All are checked before any is written.
 *
 * @param options - extra: whether values without a leaf are borne, such as those of a network that this one is a part of; default "refuse"
 * @throws FormatError CHECKPOINT_MISMATCH if a leaf has no value or one of another type, or a value has no leaf; it says which. RuntimeError LEAF_UNKNOWN
 */
export function writeLeaves(
  runtime: Runtime,
  leaves: readonly Node[],
  values: ReadonlyMap<string, NdArray>,
  { extra }: { readonly extra?: ExtraValues } = {},
): void {
  const types = new Map(leaves.map((leaf) => [pathOfLeaf(leaf), leaf.type]));
  const problems = typeProblems(types, values, extra);
  if (problems.length > 0)
    throw checkpointMismatch(
      "writeLeaves(runtime, leaves, values)",
      "values must be those of the leaves, by name and type",
      problems,
      "The checkpoint is of another network, or of other settings",
    );
  for (const leaf of leaves) runtime.write(leaf, values.get(pathOfLeaf(leaf))!);
}

function pathOfLeaf(leaf: Node): string {
  return leaf.label ?? "";
}
