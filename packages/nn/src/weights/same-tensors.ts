/** Tensors that lie as ours do. */
import type { FloatNode } from "@unfold/core";
import type { WeightLayout } from "./weight-layout.js";

/** A mapping for each leaf, by the name of the tensor that holds the same elements in the same order. What is undefined is not there. */
export function sameTensors(leaves: Readonly<Record<string, FloatNode | undefined>>): WeightLayout {
  return Object.entries(leaves).flatMap(([name, leaf]) =>
    leaf === undefined ? [] : [{ tensors: [name], leaves: [leaf] }],
  );
}
