/** The embedding layer: one trained vector per token. */
import { checkKeys, gather, matmul, transpose, type FloatNode, type IntNode } from "@unfold/core";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { normal } from "../initializers/simple.js";
import { checkLastAxis } from "./check-last-axis.js";
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
  /**
   * A score for each token, by the same table read the other way: the tied last layer of a language model.
   *
   * @shapes x: f32[...S, units] -> f32[...S, tokens]
   * @throws ShapeError LAYER_INPUT if the last axis of x is not units.
   */
  readonly logits: (x: FloatNode) => FloatNode;
}

/**
 * A table of trained vectors, read by token: the same as a dense layer on one-hot vectors, without the zeros.
 *
 * @shapes tokens: i32[...S] -> f32[...S, units]; table: [tokens, units]
 * @throws ValueError LAYER_SIZE if tokens or units is not a whole number ≥ 1; INDEX_RANGE, when run, if a token is not in [0, tokens).
 * @example
 * const layer = embedding({ tokens: 10, units: 4, seed: 1 });
 * layer.apply(input("x", [5, 2], "i32")).shape; // → [5, 2, 4]
 * layer.logits(input("h", [5, 2, 4])).shape; // → [5, 2, 10]
 * @source tied to the last layer: Press & Wolf 2017, "Using the output embedding to improve language models"
 */
export function embedding(options: EmbeddingOptions): Embedding {
  checkKeys("embedding(options)", "options", options, {
    name: true,
    tokens: true,
    units: true,
    seed: true,
    table: true,
  });
  const { name = "embedding", tokens, units, seed, table: initializer = normal() } = options;
  checkSizes(`embedding("${name}")`, { tokens, units });
  const table = initializedParam(`${name}/table`, [tokens, units], initializer, seed);
  return {
    name,
    parameters: { table },
    apply: (indices) => gather(table, indices),
    logits: (x) => {
      checkLastAxis(`embedding("${name}").logits(x)`, "x", x, units);
      return matmul(x, transpose(table));
    },
  };
}
