/** The state that an optimizer owns, and the names it gets from the parameters it is for. */
import { GraphError, ndArray, sizeOf, state, type FloatNode, type NdArray } from "@unfold/core";

/** From a path, a shape and what it starts from, a number for all elements, 0 unless given, or an array, to the leaf. */
export type StateLeaves = (path: string, shape: readonly number[], initial?: number | NdArray) => FloatNode;

/**
 * The state leaves of one optimizer: made when first asked for, the same ones afterwards.
 *
 * @param prefix - the first level of their paths
 * @example
 * const stateLeaf = stateLeaves("momentum");
 * stateLeaf("w", [2]) === stateLeaf("w", [2]); // → true
 */
export function stateLeaves(prefix: string): StateLeaves {
  const leaves = new Map<string, FloatNode>();
  return (path, shape, initial = 0) => {
    const name = `${prefix}/${path}`;
    const found = leaves.get(name);
    if (found !== undefined) return found;
    const value =
      typeof initial === "number" ? ndArray(new Float64Array(sizeOf(shape)).fill(initial), { shape }) : initial;
    const leaf = state(name, value);
    leaves.set(name, leaf);
    return leaf;
  };
}

/**
 * The path of a parameter, for the names of its moments.
 *
 * @throws GraphError NOT_A_PARAMETER if the node is not a parameter.
 * @example
 * pathOf(dense({ name: "head", inputs: 3, units: 2, seed: 1 }).parameters.weight); // → "head/weight"
 */
export function pathOf(parameter: FloatNode): string {
  if (parameter.op.kind === "leaf" && parameter.op.role === "param" && parameter.label !== undefined)
    return parameter.label;
  throw new GraphError({
    code: "NOT_A_PARAMETER",
    where: "minimize(loss, { parameters })",
    rule: "only parameters can be trained",
    got: parameter.toString(),
    fix: "Make it with param(path, initial)",
  });
}
