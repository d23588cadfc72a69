/** Layers one after another. */
import { GraphError, type FloatNode, type Node } from "@unfold/core";
import type { ParameterTree } from "../parameters/parameter-tree.js";
import type { TrainingMode } from "./training-mode.js";
import type { Layer, LayerPart } from "./layer.js";

/** A layer, or a function without parameters, such as `relu`. */
export type LayerLike<X extends Node = FloatNode> = Layer<X> | ((x: X) => FloatNode);

/**
 * Layers one after another: each takes what the one before gives. Functions of one node, such as `relu`, are layers without
 * parameters. The parameters are a tree by the names of the layers; one that is named twice in the list is shared.
 *
 * @param layers - at least one
 * @param name - in summaries. Default "sequential"
 * @throws GraphError LAYERS_EMPTY if there is none; LAYER_NAME_TWICE if two layers with parameters have one name.
 * @example
 * const model = sequential([
 *   dense({ name: "hidden", inputs: 3, units: 4, seed: 1 }),
 *   relu,
 *   dropout({ rate: 0.5 }),
 *   dense({ name: "head", inputs: 4, units: 2, seed: 2 }),
 * ]);
 * model.apply(input("x", [8, 3])).shape; // → [8, 2]
 * Object.keys(model.parameters); // → ["hidden", "head"]
 */
export function sequential<X extends Node = FloatNode>(
  layers: readonly [LayerLike<X>, ...LayerLike[]],
  name = "sequential",
): Layer<X> {
  const list = layers.map((layer, index) => asLayer(layer as LayerLike, index)) as readonly Layer[];
  if (list.length === 0) {
    throw new GraphError({
      code: "LAYERS_EMPTY",
      where: "sequential(layers)",
      rule: "there must be at least one layer",
      got: "none",
    });
  }
  const parts = (x: X, mode?: TrainingMode): LayerPart[] => {
    // What the first layer takes is X; the others take what a layer gives.
    let last = x as Node as FloatNode;
    return list.map((layer) => {
      const part = { layer, x: last, y: layer.apply(last, mode) };
      last = part.y;
      return part;
    });
  };
  return { name, parameters: parametersOf(list), parts, apply: (x, mode) => parts(x, mode).at(-1)!.y };
}

/** A function as a layer without parameters. */
export function asLayer(layer: LayerLike, index = 0): Layer {
  if (typeof layer !== "function") return layer;
  // What `relu` is called outside helps; an arrow in a list has no name.
  return { name: layer.name === "" ? `function ${index}` : layer.name, parameters: {}, apply: (x) => layer(x) };
}

/** The layers' parameters by their names. */
export function parametersOf(layers: readonly Layer[]): ParameterTree {
  const byName = new Map<string, ParameterTree>();
  for (const { name, parameters } of layers) {
    if (Object.keys(parameters).length === 0) continue;
    const other = byName.get(name);
    if (other !== undefined && other !== parameters) {
      throw new GraphError({
        code: "LAYER_NAME_TWICE",
        where: "sequential(layers)",
        rule: "two layers must have two names",
        got: `two called "${name}"`,
        fix: `Name them: dense({ name: "first", … }); to share parameters, use one layer twice`,
      });
    }
    byName.set(name, parameters);
  }
  return Object.fromEntries(byName);
}
