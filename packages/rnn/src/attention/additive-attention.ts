/** The attention of Bahdanau et al.: a small network scores each state. */
import { add, checkKeys, matmul, reshape, tanh } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam } from "@unfold/nn";
import { stateAttention, type StateAttention } from "./state-attention.js";

/** How additive attention is made. */
export interface AdditiveAttentionOptions {
  /** Prefix of the parameter paths. Default "attention". */
  readonly name?: string;
  /** Q, size of a query, ≥ 1. */
  readonly queries: number;
  /** M, size of a state, ≥ 1. */
  readonly states: number;
  /** A, hidden units of the scoring network, ≥ 1. */
  readonly units: number;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
}

/**
 * Additive attention. What it computes of the states is computed once for all queries.
 *
 * score(q, s) = tanh(q W + s U) · v
 *
 * W, U and v start Glorot uniform.
 *
 * @shapes states: f32[T, B, M], query: f32[B, Q] -> context: f32[B, M], weights: f32[B, T]; queryWeight W: [Q, A], stateWeight U: [M, A], scoreWeight v: [A, 1]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1.
 * @example
 * const attend = additiveAttention({ queries: 4, states: 6, units: 5, seed: 1 });
 * attend.over(input("states", [7, 2, 6])).read(input("query", [2, 4])).context.shape; // → [2, 6]
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate", appendix A.1.2
 */
export function additiveAttention(options: AdditiveAttentionOptions): StateAttention {
  checkKeys("additiveAttention(options)", "options", options, {
    name: true,
    queries: true,
    states: true,
    units: true,
    seed: true,
  });
  const { name = "attention", queries, states, units, seed } = options;
  checkSizes(`additiveAttention("${name}")`, { queries, states, units });
  const W = initializedParam(`${name}/queryWeight`, [queries, units], glorotUniform, seed);
  const U = initializedParam(`${name}/stateWeight`, [states, units], glorotUniform, seed);
  const v = initializedParam(`${name}/scoreWeight`, [units, 1], glorotUniform, seed);
  return stateAttention({
    name,
    queries,
    states,
    parameters: { queryWeight: W, stateWeight: U, scoreWeight: v },
    score: (memory) => {
      const keys = matmul(memory, U);
      const [batch, steps] = memory.shape as [number, number];
      return (query) => {
        const asked = reshape(matmul(query, W), [batch, 1, units]);
        return reshape(matmul(tanh(add(keys, asked)), v), [batch, steps]);
      };
    },
  });
}
