/** The values of parameters and states, by path: out of a runtime and back into it. */
import { FormatError, formatType, type NdArray, type Node, type Runtime } from "@unfold/core";

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
  { extra = "refuse" }: { readonly extra?: "refuse" | "ignore" } = {},
): void {
  const problems = leaves.flatMap((leaf) => {
    const found = values.get(pathOfLeaf(leaf));
    if (found === undefined) return [`no "${pathOfLeaf(leaf)}"`];
    const [wanted, got] = [formatType(leaf.type), formatType(found.type)];
    return wanted === got ? [] : [`"${pathOfLeaf(leaf)}" of ${got} instead of ${wanted}`];
  });
  const paths = new Set(leaves.map(pathOfLeaf));
  if (extra === "refuse")
    problems.push(
      ...[...values.keys()].filter((name) => !paths.has(name)).map((name) => `"${name}", which is none of them`),
    );
  if (problems.length > 0) throw mismatch(problems);
  for (const leaf of leaves) runtime.write(leaf, values.get(pathOfLeaf(leaf))!);
}

function pathOfLeaf(leaf: Node): string {
  return leaf.label ?? "";
}

/** Problems named in an error. */
const SHOWN = 8;

function mismatch(problems: readonly string[]): FormatError {
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : "";
  return new FormatError({
    code: "CHECKPOINT_MISMATCH",
    where: "writeLeaves(runtime, leaves, values)",
    rule: "values must be those of the leaves, by name and type",
    got: problems.slice(0, SHOWN).join("; ") + more,
    fix: "The checkpoint is of another network, or of other settings",
  });
}
