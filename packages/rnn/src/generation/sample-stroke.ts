/** Strokes of a pen drawn inside a graph. */
import { foldIn, type FloatNode, type IntNode } from "@unfold/core";
import type { SketchMixture } from "@unfold/nn";
import { sampleMixture, type MixtureSamplingOptions } from "./sample-mixture.js";
import { sampleTokens } from "./sample-tokens.js";

/** What a pen does next. */
export interface Stroke {
  /** (Δx, Δy), f32[...S, 2]. */
  readonly offset: FloatNode;
  /** The state of the pen, i32[...S]. */
  readonly pen: IntNode;
}

/**
 * One stroke per position: the offset by `sampleMixture`, the state of the pen from softmax(q̂ / τ).
 *
 * @shapes pen: f32[...S, K], key: i32[2] -> offset: f32[...S, 2], pen: i32[...S]
 * @param key - another one for each step
 * @throws as `sampleTokens` does.
 * @example
 * const sketch = sketchMixture(constant([0, 3, 4, 0, 0, 0, 0, 0, 1]), { components: 1 });
 * const { offset, pen } = sampleStroke(sketch, randomKey(1), { temperature: 0 });
 * evaluate(offset).data; // → [3, 4]
 * evaluate(pen).item(); // → 2
 * @source Ha & Eck 2017, "A neural representation of sketch drawings", equation 8
 */
export function sampleStroke(
  { offset, pen }: SketchMixture,
  key: IntNode,
  options: MixtureSamplingOptions = {},
): Stroke {
  return {
    offset: sampleMixture(offset, foldIn(key, 0), options),
    pen: sampleTokens(pen, foldIn(key, 1), options),
  };
}
