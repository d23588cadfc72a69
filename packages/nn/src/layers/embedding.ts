/** The embedding layer: one trained vector per token. */
import { gather, type FloatNode, type IntNode } from "@unfold/core";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { normal } from "../initializers/simple.js";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** How an embedding is made. */
export interface EmbeddingOptions {
  /** Prefix of the parameter path. Default "embedding". */
  readonly name?: string;
  /** V, number of tokens, ≥ 1. */
  readonly tokens: number;
  /** Length of each vector, ≥ 1. */
  readonly units: number;
  /** Seed of the initializer, a whole number. */
  readonly seed: number;
  /** Initializer of the table. Default normal with standard deviation 1. */
  readonly table?: Initializer;
}

/** An embedding: its table, and the look-up. */
export interface Embedding extends Layer<IntNode> {
  readonly parameters: { readonly table: FloatNode };
  /** The vectors of the tokens. @shapes tokens: i32[...S] -> f32[...S, units] */
  readonly apply: (tokens: IntNode) => FloatNode;
}

/**
 * A table of trained vectors, read by token: the same as a dense layer on one-hot vectors, without the zeros.
 *
 * @shapes tokens: i32[...S] -> f32[...S, units]; table: [tokens, units]
 * @throws ValueError LAYER_SIZE if tokens or units is not a whole number ≥ 1; INDEX_RANGE, when run, if a token is not in [0, tokens).
 * @example
 * embedding({ tokens: 10, units: 4, seed: 1 }).apply(input("x", [5, 2], "i32")).shape; // → [5, 2, 4]
 */
export function embedding(options: EmbeddingOptions): Embedding {
  const { name = "embedding", tokens, units, seed, table: initializer = normal() } = options;
  checkSizes(`embedding("${name}")`, { tokens, units });
  const table = initializedParam(`${name}/table`, [tokens, units], initializer, seed);
  return { name, parameters: { table }, apply: (indices) => gather(table, indices) };
}
