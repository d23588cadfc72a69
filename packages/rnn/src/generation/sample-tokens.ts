/** Tokens drawn inside a graph, so that a compiled step draws what its next run reads. */
import { categorical, checkKeys, randomUniform, type FloatNode, type IntNode } from "@unfold/core";
import { tokenProbabilities, type SamplingOptions } from "./token-probabilities.js";

/**
 * One token per row, drawn with the probabilities of `tokenProbabilities`.
 *
 * For a choice on the host, let the graph yield the probabilities and use `drawCategorical`.
 *
 * @shapes logits: f32[...S, V], key: i32[2] -> i32[...S]
 * @param key - another one for each step: `foldIn(randomKey(seed), step)`; the same key draws the same tokens
 * @throws ShapeError and ValueError as `tokenProbabilities` does. ValueError CATEGORICAL_WEIGHTS, when run, if a row has NaN or ∞, or only -∞.
 * @example
 * const logits = constant([[0, -Infinity], [-Infinity, 0]]);
 * evaluate(sampleTokens(logits, randomKey(1))).data; // → [0, 1]
 * @source Graves 2013, "Generating sequences with recurrent neural networks", section 2: each prediction is drawn and read as the next input
 */
export function sampleTokens(logits: FloatNode, key: IntNode, options: SamplingOptions = {}): IntNode {
  checkKeys("sampleTokens(logits, key, options)", "options", options, { temperature: true, topK: true, topP: true });
  return categorical(tokenProbabilities(logits, options), randomUniform(key, logits.shape.slice(0, -1)));
}
