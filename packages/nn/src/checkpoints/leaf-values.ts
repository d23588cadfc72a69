/** The values of parameters and states, by path: out of a runtime and back into it. */
import { checkKeys, checkList, checkRuntime, wrongArgument, type NdArray, type Node, type Runtime } from "@unfold/core";
import { checkpointMismatch, typeProblems, type ExtraValues } from "./checkpoint-mismatch.js";

/**
 * Copies of the values of leaves, by their paths.
 *
 * @param leaves - parameters and states that some executable of the runtime uses
 * @throws RuntimeError LEAF_UNKNOWN
 * @example
 * const w = param("w", [1, 2]);
 * const runtime = await createRuntime();
 * await runtime.compile({ outputs: { w } });
 * readLeaves(runtime, [w]).get("w").data; // → [1, 2]
 */
export function readLeaves(runtime: Runtime, leaves: readonly Node[]): Map<string, NdArray> {
  const where = "readLeaves(runtime, leaves)";
  checkRuntime(where, runtime);
  checkLeaves(where, leaves);
  return new Map(leaves.map((leaf) => [pathOfLeaf(leaf), runtime.read(leaf)]));
}

/**
 * Writes values to the leaves they are named after. All are checked before any is written.
 *
 * @param options - extra: whether values without a leaf are borne, such as those of a network that this one is a part of; default "refuse"
 * @throws FormatError CHECKPOINT_MISMATCH if a leaf has no value or one of another type, or a value has no leaf; it says which. RuntimeError LEAF_UNKNOWN
 * @example
 * const w = param("w", [1, 2]);
 * const runtime = await createRuntime();
 * await runtime.compile({ outputs: { w } });
 * writeLeaves(runtime, [w], new Map([["w", ndArray([3, 4])]]));
 * runtime.read(w).data; // → [3, 4]
 */
export function writeLeaves(
  runtime: Runtime,
  leaves: readonly Node[],
  values: ReadonlyMap<string, NdArray>,
  options: { readonly extra?: ExtraValues } = {},
): void {
  checkKeys("writeLeaves(runtime, leaves, values, options)", "options", options, { extra: true });
  const where = "writeLeaves(runtime, leaves, values)";
  checkRuntime(where, runtime);
  checkLeaves(where, leaves);
  checkMap(where, values);
  const { extra } = options;
  const types = new Map(leaves.map((leaf) => [pathOfLeaf(leaf), leaf.type]));
  const problems = typeProblems(types, values, extra);
  if (problems.length > 0)
    throw checkpointMismatch(
      where,
      "values must be those of the leaves, by name and type",
      problems,
      "The checkpoint is of another network, or of other settings",
    );
  for (const leaf of leaves) runtime.write(leaf, values.get(pathOfLeaf(leaf))!);
}

function checkMap(where: string, values: unknown): void {
  if (values instanceof Map) return;
  const fix = "new Map(Object.entries(values)); decodeSafetensors(bytes).tensors is one";
  throw wrongArgument(where, "values must be a Map", values, fix);
}

function checkLeaves(where: string, leaves: unknown): void {
  const fix = "Those of layers: [...flattenParameters({ cell: cell.parameters, head: head.parameters }).values()]";
  checkList(where, "leaves must be a list of parameters and states", leaves, fix);
}

function pathOfLeaf(leaf: Node): string {
  return leaf.label ?? "";
}
