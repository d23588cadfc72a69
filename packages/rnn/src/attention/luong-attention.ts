/** The attentions of Luong et al.: three ways to score a state. */
import { add, checkKeys, matmul, reshape, slice, tanh, ValueError, type FloatNode } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam } from "@unfold/nn";
import { stateAttention, type StateAttention } from "./state-attention.js";

/** How the attention of Luong et al. is made. */
export interface LuongAttentionOptions {
  /** Prefix of the parameter paths. Default "attention". */
  readonly name?: string;
  /** How a state is scored. */
  readonly score: "dot" | "general" | "concat";
  /** Q, size of a query, ≥ 1. */
  readonly queries: number;
  /** M, size of a state, ≥ 1; as large as a query for "dot". */
  readonly states: number;
  /** A, hidden units for "concat", ≥ 1. Default Q. */
  readonly units?: number;
  /** Seed of the initializers, a whole number; "dot" has no parameters. */
  readonly seed?: number;
}

/**
 * Luong's attention. What it computes of the states is computed once for all queries.
 *
 * dot: score(q, s) = q · s; general: score(q, s) = (q W) · s; concat: score(q, s) = tanh([q | s] W) · v
 *
 * W and v start Glorot uniform.
 *
 * @shapes states: f32[T, B, M], query: f32[B, Q] -> context: f32[B, M], weights: f32[B, T]; general: weight W: [Q, M]; concat: weight W: [Q + M, A], scoreWeight v: [A, 1]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; ATTENTION_SCORE if score is none of the three, or "dot" is asked for with Q ≠ M.
 * @example
 * const attend = luongAttention({ score: "general", queries: 4, states: 6, seed: 1 });
 * attend.over(input("states", [7, 2, 6])).read(input("query", [2, 4])).weights.shape; // → [2, 7]
 * @source Luong, Pham & Manning 2015, "Effective approaches to attention-based neural machine translation", equation 8
 */
export function luongAttention(options: LuongAttentionOptions): StateAttention {
  checkKeys("luongAttention(options)", "options", options, {
    name: true,
    score: true,
    queries: true,
    states: true,
    units: true,
    seed: true,
  });
  const { name = "attention", score, queries, states, units = queries, seed = 0 } = options;
  const where = `luongAttention("${name}")`;
  checkSizes(where, { queries, states, units });
  switch (score) {
    case "dot":
      if (queries !== states)
        throw badScore(where, "queries and states must have one size for dot", `${queries} and ${states}`);
      return stateAttention({ name, queries, states, score: dotProducts });
    case "general": {
      const W = initializedParam(`${name}/weight`, [queries, states], glorotUniform, seed);
      return stateAttention({
        name,
        queries,
        states,
        parameters: { weight: W },
        score: (memory) => dotProducts(matmul(memory, W, { transposeB: true })),
      });
    }
    case "concat": {
      const W = initializedParam(`${name}/weight`, [queries + states, units], glorotUniform, seed);
      const v = initializedParam(`${name}/scoreWeight`, [units, 1], glorotUniform, seed);
      return stateAttention({
        name,
        queries,
        states,
        parameters: { weight: W, scoreWeight: v },
        score: (memory) => {
          const keys = matmul(memory, slice(W, { axis: 0, start: queries }));
          const forQuery = slice(W, { axis: 0, stop: queries });
          const [batch, steps] = memory.shape as [number, number];
          return (query) => {
            const asked = reshape(matmul(query, forQuery), [batch, 1, units]);
            return reshape(matmul(tanh(add(keys, asked)), v), [batch, steps]);
          };
        },
      });
    }
    default:
      throw badScore(where, "score must be dot, general or concat", JSON.stringify(score));
  }
}

/** Each key `[B, T, Q]` times the query `[B, Q]`: `[B, T]`. */
export function dotProducts(keys: FloatNode): (query: FloatNode) => FloatNode {
  const [batch, steps, size] = keys.shape as [number, number, number];
  return (query) => reshape(matmul(keys, reshape(query, [batch, size, 1])), [batch, steps]);
}

function badScore(where: string, rule: string, got: string): ValueError {
  return new ValueError({ code: "ATTENTION_SCORE", where, rule, got });
}
