/** Tensors of another framework as values of ours. */
import { checkKeys, NdArray, sizeOf, type FloatNode, type TypedArrayOf } from "@unfold/core";
import { checkpointMismatch, typeProblems, type ExtraValues } from "../checkpoints/checkpoint-mismatch.js";
import { checkLayout } from "./check-layout.js";
import { leafElements, tensorShape } from "./tensor-elements.js";
import type { WeightLayout, WeightMapping } from "./weight-layout.js";

type Tensors = ReadonlyMap<string, NdArray>;

/**
 * The values of our parameters and states by their paths, for `writeLeaves`, from tensors of another framework.
 *
 * Elements are moved, not changed; only where a layer of ours has one bias and the other framework two, they are added.
 *
 * @param layout - which tensors mean which leaves
 * @param tensors - by name, such as those of `decodeSafetensors`
 * @param options - extra: whether tensors that the layout does not name are borne, such as those of another part of a model; default "refuse"
 * @throws FormatError CHECKPOINT_MISMATCH if a tensor is missing, has another type or shape, is not in the layout, or two tensors that are one leaf here differ; it names all of them. ValueError TENSOR_NAME_TWICE if the layout has two tensors of one name. GraphError WEIGHT_LAYOUT if a mapping written by hand contradicts itself.
 * @example
 * const layer = dense({ inputs: 2, units: 1, seed: 1 });
 * const stateDict = new Map([["weight", ndArray([[3, 4]])], ["bias", ndArray([5])]]);
 * const values = importWeights(pytorchLinear(layer), stateDict);
 * values.get("dense/weight").shape; // → [2, 1]
 */
export function importWeights(
  layout: WeightLayout,
  tensors: Tensors,
  options: { readonly extra?: ExtraValues } = {},
): Map<string, NdArray> {
  checkKeys("importWeights(layout, tensors, options)", "options", options, { extra: true });
  const { extra } = options;
  checkLayout("importWeights(layout, tensors)", layout);
  const problems = problemsOf(layout, tensors, extra);
  if (problems.length > 0) throw mismatch(problems);
  const values = new Map<string, NdArray>();
  for (const mapping of layout) {
    valuesOf(mapping, tensors).forEach((value, i) => {
      const path = mapping.leaves[i]!.label!;
      const other = values.get(path);
      if (other !== undefined && !isSame(other, value)) problems.push(difference(layout, mapping.leaves[i]!));
      values.set(path, value);
    });
  }
  if (problems.length > 0) throw mismatch(problems);
  return values;
}

/** The value of each leaf. */
function valuesOf(mapping: WeightMapping, tensors: Tensors): NdArray[] {
  const { leaves } = mapping;
  if (mapping.tensors.length === 0)
    return leaves.map(({ type }) => new NdArray(type, new Float32Array(sizeOf(type.shape))));
  if (leaves.length === 0) return [];
  const sum = added(mapping.tensors.map((name) => tensors.get(name)!.data as TypedArrayOf<"f32">));
  return leafElements(mapping, sum).map((elements, i) => new NdArray(leaves[i]!.type, elements));
}

/** Rounded as the first of them is. */
function added([first, ...rest]: readonly TypedArrayOf<"f32">[]): TypedArrayOf<"f32"> {
  return rest.reduce((sum, array) => sum.map((element, i) => element + array[i]!), first!);
}

function problemsOf(layout: WeightLayout, tensors: Tensors, extra: ExtraValues | undefined): string[] {
  const [meant, unused] = [true, false].map((has) => layout.filter(({ leaves }) => leaves.length > 0 === has));
  const mappings = new Map(meant!.flatMap((mapping) => mapping.tensors.map((name) => [name, mapping])));
  const types = [...mappings].map(([name, mapping]) => [name, { dtype: "f32", shape: tensorShape(mapping) }] as const);
  const ignored = new Set(unused!.flatMap((mapping) => mapping.tensors));
  const others = new Map([...tensors].filter(([name]) => !ignored.has(name)));
  return typeProblems(new Map(types), others, extra, (name, found) =>
    found === undefined ? elsewhere(name, tensors) : otherGates(mappings.get(name)!, found),
  );
}

/** Where a tensor may be that is called by the name of another module. */
function elsewhere(name: string, tensors: Tensors): string {
  const like = [...tensors.keys()].find((key) => key.endsWith(`.${name}`) || key.endsWith(`/${name}`));
  return like === undefined ? "" : ` (but "${like}")`;
}

/** How many gates a tensor of another size has. */
function otherGates(mapping: WeightMapping, { shape }: NdArray): string {
  const { gates, axes } = mapping;
  const wanted = tensorShape(mapping);
  if (gates === undefined || shape.length !== wanted.length) return "";
  const axis = axes?.indexOf(wanted.length - 1) ?? wanted.length - 1;
  const units = wanted[axis]! / gates.ours.length;
  const count = shape[axis]! / units;
  const others = shape.every((extent, i) => i === axis || extent === wanted[i]);
  if (!others || !Number.isInteger(count)) return "";
  return `: ${count} gates of ${units} units instead of ${gates.ours.length} (${gates.theirs.join(", ")})`;
}

function isSame(a: NdArray, b: NdArray): boolean {
  return a.data.every((element, i) => Object.is(element, b.data[i]));
}

function difference(layout: WeightLayout, leaf: FloatNode): string {
  const names = layout.filter(({ leaves }) => leaves.includes(leaf)).flatMap(({ tensors }) => tensors);
  return `${names.map((name) => `"${name}"`).join(" and ")} that differ, though both are "${leaf.label}"`;
}

function mismatch(problems: readonly string[]): Error {
  return checkpointMismatch(
    "importWeights(layout, tensors)",
    "tensors must be those of the layout, by name, type and shape",
    problems,
    `Make layers of the checkpoint's sizes, name its modules as it does, or leave out what belongs elsewhere: { extra: "ignore" }`,
  );
}
