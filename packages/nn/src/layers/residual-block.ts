/** A layer with a way around it. */
import { add, checkKeys, describe, ShapeError, type FloatNode } from "@unfold/core";
import type { TrainingMode } from "./training-mode.js";
import type { Layer, LayerPart } from "./layer.js";
import { asLayer, parametersOf, type LayerLike } from "./sequential.js";

/** What is on the way around. */
export interface ResidualBlockOptions {
  /** In summaries. Default "residualBlock". */
  readonly name?: string;
  /** What gives x the shape of the layer's result, such as a convolution with a window of 1. Default: x as it is. */
  readonly shortcut?: LayerLike;
}

/**
 * A residual block: the layer says what to add.
 *
 * y = f(x) + x, or f(x) + s(x) with a shortcut s
 *
 * @throws GraphError LAYER_NAME_TWICE if layer and shortcut have one name. ShapeError RESIDUAL_SHAPE, from apply, if the two sides have two shapes.
 * @example
 * evaluate(residualBlock((x) => mul(x, 2)).apply(constant([1, 2]))).data; // → [3, 6]
 * @source He et al. 2016, "Deep residual learning for image recognition", equations 1 and 2
 */
export function residualBlock(layer: LayerLike, options: ResidualBlockOptions = {}): Layer {
  checkKeys("residualBlock(layer, options)", "options", options, { name: true, shortcut: true });
  const { name = "residualBlock", shortcut } = options;
  const inner = asLayer(layer);
  const around = shortcut === undefined ? undefined : asLayer(shortcut, 1);
  const list = around === undefined ? [inner] : [inner, around];
  const parts = (x: FloatNode, mode?: TrainingMode): LayerPart[] =>
    list.map((each) => ({ layer: each, x, y: each.apply(x, mode) }));
  return {
    name,
    parameters: parametersOf(list),
    parts,
    apply: (x, mode) => {
      const [{ y }, other] = parts(x, mode) as [LayerPart, LayerPart?];
      const side = other?.y ?? x;
      if (y.shape.join() === side.shape.join()) return add(y, side);
      throw new ShapeError({
        code: "RESIDUAL_SHAPE",
        where: `residualBlock("${name}").apply(x)`,
        rule: "the layer and the way around it must give one shape",
        got: `layer = ${describe(y)} and around = ${describe(side)}`,
        fix: "Give a shortcut that changes the shape: residualBlock(layer, { shortcut })",
      });
    },
  };
}
