/** What a network that draws says of its next stroke: where the pen goes, and whether it writes. */
import { checkKeys, describe, ShapeError, split, type FloatNode } from "@unfold/core";
import { checkSettings, COUNT } from "../settings/check-setting.js";
import { gaussianMixture, type GaussianMixture } from "./gaussian-mixture.js";

/** The next stroke's distribution. */
export interface SketchMixture {
  /** Of the offset to the next point, over (Δx, Δy), correlated. */
  readonly offset: GaussianMixture;
  /** q̂, logits of the states of the pen, f32[...S, K]: it writes, it is lifted, the sketch is done. */
  readonly pen: FloatNode;
}

/** How many Gaussians and states of the pen there are. */
export interface SketchMixtureOptions {
  /** M ≥ 1. */
  readonly components: number;
  /** K ≥ 1. Default 3. */
  readonly penStates?: number;
}

/**
 * A network's outputs read as a stroke: the 6 M numbers of a correlated `gaussianMixture`, then K logits of the pen.
 *
 * The loss of a sketch is `gaussianMixtureLikelihood` of the offset, masked from the end of the sketch on, plus
 * `crossEntropy` of the pen, to the end.
 *
 * @shapes outputs: f32[...S, 6 M + K] -> logits: f32[...S, M], means: f32[...S, M, 2], logDeviations: f32[...S, M, 2], rawCorrelations: f32[...S, M], pen: f32[...S, K]
 * @throws ValueError SETTING_RANGE if components or penStates is no whole number ≥ 1. ShapeError MIXTURE_SHAPE if the last axis has another size.
 * @example
 * const { offset, pen } = sketchMixture(input("outputs", [50, 8, 123]), { components: 20 });
 * const offsets = input("offsets", [50, 8, 2]), pens = input("pens", [50, 8], "i32");
 * add(gaussianMixtureLikelihood(offset, offsets), crossEntropy(pen, pens)).shape; // → []
 * @source Ha & Eck 2017, "A neural representation of sketch drawings", equations 3 to 7 and 9
 */
export function sketchMixture(outputs: FloatNode, options: SketchMixtureOptions): SketchMixture {
  checkKeys("sketchMixture(outputs, options)", "options", options, { components: true, penStates: true });
  const where = "sketchMixture(outputs, options)";
  const { components, penStates = 3 } = options;
  checkSettings(where, { components: [components, COUNT], penStates: [penStates, COUNT] });
  const sizes = [6 * components, penStates];
  if (outputs.shape.at(-1) !== sizes[0]! + penStates) {
    throw new ShapeError({
      code: "MIXTURE_SHAPE",
      where,
      rule: `outputs must be […, 6 · ${components} + ${penStates}]`,
      got: describe(outputs),
    });
  }
  const [offset, pen] = split(outputs, sizes, -1);
  return { offset: gaussianMixture(offset!, { components, dimensions: 2, isCorrelated: true }), pen: pen! };
}
