/** Tokens as vectors of zeros with a single one. */
import { checkKeys, oneHot, type IntNode } from "@unfold/core";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** How a one-hot encoding is made. */
export interface OneHotEncodingOptions {
  /** In summaries. Default "oneHotEncoding". */
  readonly name?: string;
  /** V, how many tokens there are, ≥ 1. */
  readonly tokens: number;
}

/**
 * One-hot vectors of tokens.
 *
 * @shapes tokens: i32[...S] -> f32[...S, V]
 * @throws ValueError LAYER_SIZE if tokens is not a whole number ≥ 1; INDEX_RANGE, when run, if a token is not in [0, V).
 * @example
 * evaluate(oneHotEncoding({ tokens: 3 }).apply(constant([2, 0], "i32"))).data; // → [0, 0, 1, 1, 0, 0]
 */
export function oneHotEncoding(options: OneHotEncodingOptions): Layer<IntNode> {
  checkKeys("oneHotEncoding(options)", "options", options, { name: true, tokens: true });
  const { name = "oneHotEncoding", tokens } = options;
  checkSizes(`oneHotEncoding("${name}")`, { tokens });
  return { name, parameters: {}, apply: (indices) => oneHot(indices, tokens) };
}
