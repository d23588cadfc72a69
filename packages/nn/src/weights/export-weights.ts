/** Values of ours as tensors of another framework. */
import { checkKeys, NdArray, type TypedArrayOf } from "@unfold/core";
import { checkpointMismatch, typeProblems, type ExtraValues } from "../checkpoints/checkpoint-mismatch.js";
import { checkLayout } from "./check-layout.js";
import { tensorElements, tensorShape } from "./tensor-elements.js";
import type { WeightLayout, WeightMapping } from "./weight-layout.js";

const WHERE = "exportWeights(layout, values)";

type Values = ReadonlyMap<string, NdArray>;

/**
 * Tensors for another framework by the names it has for them, for `encodeSafetensors`. `importWeights` makes of them what
 * they were, to the last bit.
 *
 * @param layout - which tensors mean which leaves
 * @param values - by path, such as those of `readLeaves`
 * @param options - extra: whether values that the layout does not name are borne, such as an optimizer's; default "refuse"
 * @throws FormatError CHECKPOINT_MISMATCH if a leaf has no value or one of another type, a value is not in the layout, or one that is not zero has no tensor; it names all of them. ValueError TENSOR_NAME_TWICE if the layout has two tensors of one name. GraphError WEIGHT_LAYOUT if a mapping written by hand contradicts itself.
 * @example
 * const layer = dense({ inputs: 2, units: 1, seed: 1 });
 * const values = new Map([["dense/weight", ndArray([[3], [4]])], ["dense/bias", ndArray([5])]]);
 * const stateDict = exportWeights(pytorchLinear(layer, "head"), values);
 * [...stateDict].map(([name, { shape }]) => [name, shape]); // → [["head.weight", [1, 2]], ["head.bias", [1]]]
 */
export function exportWeights(
  layout: WeightLayout,
  values: Values,
  options: { readonly extra?: ExtraValues } = {},
): Map<string, NdArray> {
  checkKeys("exportWeights(layout, values, options)", "options", options, { extra: true });
  const { extra } = options;
  checkLayout(WHERE, layout);
  const leaves = layout.flatMap((mapping) => mapping.leaves);
  const problems = typeProblems(new Map(leaves.map(({ label, type }) => [label!, type])), values, extra);
  const rule = "values must be those of the layout's leaves, by name and type";
  if (problems.length > 0)
    throw checkpointMismatch(
      WHERE,
      rule,
      problems,
      `Name every layer in the layout, or leave out what belongs elsewhere: { extra: "ignore" }`,
    );
  const lost = layout.flatMap((mapping) => withoutTensor(mapping, values));
  if (lost.length > 0)
    throw checkpointMismatch(WHERE, "what has no tensor must be zero", lost, "Export to a layer that has biases");
  return new Map(layout.flatMap((mapping) => tensorsOf(mapping, values)));
}

function tensorsOf(mapping: WeightMapping, values: Values): (readonly [string, NdArray])[] {
  const { leaves, tensors } = mapping;
  if (leaves.length === 0 || tensors.length === 0) return [];
  const type = { dtype: "f32", shape: tensorShape(mapping) } as const;
  const ours = leaves.map(({ label }) => values.get(label!)!.data as TypedArrayOf<"f32">);
  const theirs = tensorElements(mapping, ours);
  // b + -0 is b to the last bit; b + 0 would make 0 of -0.
  return tensors.map((name, i) => [name, new NdArray(type, i === 0 ? theirs : theirs.slice().fill(-0))]);
}

/** What would be lost. */
function withoutTensor({ leaves, tensors }: WeightMapping, values: Values): string[] {
  if (tensors.length > 0) return [];
  const lost = leaves.filter(({ label }) => values.get(label!)!.data.some((element) => element !== 0));
  return lost.map(({ label }) => `"${label!}" that is not`);
}
