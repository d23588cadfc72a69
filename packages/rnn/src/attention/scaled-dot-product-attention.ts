/** Attention by dot products that are scaled, so that softmax is not saturated by long vectors. */
import { checkKeys, mul } from "@unfold/core";
import { checkSizes } from "@unfold/nn";
import { stateAttention, type StateAttention } from "./state-attention.js";
import { dotProducts } from "./luong-attention.js";

/** How scaled dot-product attention is made. */
export interface ScaledDotProductAttentionOptions {
  /** Default "attention". */
  readonly name?: string;
  /** Q = M, size of queries and states, ≥ 1. */
  readonly size: number;
}

/**
 * Scaled dot-product attention, without parameters: queries are compared with the states themselves, which are the values as well.
 *
 * score(q, s) = q · s / √Q
 *
 * @shapes states: f32[T, B, Q], query: f32[B, Q] -> context: f32[B, Q], weights: f32[B, T]
 * @throws ValueError LAYER_SIZE if size is not a whole number ≥ 1.
 * @example
 * const attend = scaledDotProductAttention({ size: 4 });
 * const { weights } = attend.over(constant([[[1, 0, 0, 0]], [[0, 1, 0, 0]]])).read(constant([[1e4, 0, 0, 0]]));
 * evaluate(weights).data; // → [1, 0]
 * @source Vaswani et al. 2017, "Attention is all you need", equation 1
 */
export function scaledDotProductAttention(options: ScaledDotProductAttentionOptions): StateAttention {
  checkKeys("scaledDotProductAttention(options)", "options", options, { name: true, size: true });
  const { name = "attention", size } = options;
  checkSizes(`scaledDotProductAttention("${name}")`, { size });
  return stateAttention({
    name,
    queries: size,
    states: size,
    score: (states) => {
      const products = dotProducts(states);
      return (query) => products(mul(query, 1 / Math.sqrt(size)));
    },
  });
}
