/** Layouts may be written by hand. */
import { describe, GraphError, ValueError, type FloatNode } from "@unfold/core";
import { stackedShape } from "./tensor-elements.js";
import type { WeightLayout, WeightMapping } from "./weight-layout.js";

/** Throws ValueError TENSOR_NAME_TWICE if two tensors have one name; GraphError WEIGHT_LAYOUT if a mapping contradicts itself. */
export function checkLayout(where: string, layout: WeightLayout): void {
  const names = new Set<string>();
  for (const name of layout.flatMap(({ tensors }) => tensors)) {
    if (names.has(name))
      throw new ValueError({
        code: "TENSOR_NAME_TWICE",
        where,
        rule: "every tensor must have its own name",
        got: `"${name}" twice`,
        fix: `Say in which module each layer is: pytorchLinear(layer, "head")`,
      });
    names.add(name);
  }
  for (const mapping of layout) {
    const problem = problemOf(mapping);
    if (problem === undefined) continue;
    const [rule, got] = problem;
    throw new GraphError({ code: "WEIGHT_LAYOUT", where: `${where}, "${mapping.tensors.join(`", "`)}"`, rule, got });
  }
}

function problemOf(mapping: WeightMapping): readonly [rule: string, got: string] | undefined {
  const { leaves, axes, gates } = mapping;
  const [first] = leaves;
  if (first === undefined) return undefined;
  const stranger = leaves.find((leaf) => !isCarried(leaf) || leaf.shape.join() !== first.shape.join());
  if (stranger !== undefined)
    return ["leaves must be parameters or states of one shape", `${describe(first)} and ${describe(stranger)}`];
  const shape = stackedShape(leaves);
  if (axes !== undefined && axes.toSorted((a, b) => a - b).join() !== [...shape.keys()].join())
    return [`axes must be all of 0 to ${shape.length - 1}`, `[${axes.join(", ")}]`];
  if (gates === undefined) return undefined;
  const { ours, theirs } = gates;
  if (ours.length === 0 || ours.toSorted().join() !== theirs.toSorted().join() || new Set(ours).size < ours.length)
    return ["both orders must be of the same gates", `${ours.join(", ")} and ${theirs.join(", ")}`];
  if ((shape.at(-1) ?? 0) % ours.length !== 0)
    return [`the last axis must hold ${ours.length} gates of one size`, describe(first)];
  return undefined;
}

function isCarried({ op }: FloatNode): boolean {
  return op.kind === "leaf" && (op.role === "param" || op.role === "state");
}
