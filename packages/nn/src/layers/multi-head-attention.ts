/** Multi-head attention: several attentions side by side, each in a space of its own. */
import {
  checkKeys,
  describe,
  greaterEqual,
  iota,
  logicalAnd,
  reshape,
  ShapeError,
  transpose,
  ValueError,
  type BoolNode,
  type FloatNode,
} from "@unfold/core";
import type { ParameterTree } from "../parameters/parameter-tree.js";
import type { TrainingMode } from "./training-mode.js";
import { attention, type Attention } from "./attention.js";
import { checkSizes } from "./check-sizes.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import type { Layer } from "./layer.js";

/** How a multi-head attention is made. */
export interface MultiHeadAttentionOptions {
  /** Prefix of the parameter paths. Default "attention". */
  readonly name?: string;
  /** F, features of queries and of the result, ≥ 1. */
  readonly units: number;
  /** H, how many attentions stand side by side, ≥ 1; it must divide units. */
  readonly heads: number;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
  /** Features of keys and values, ≥ 1, where they come from elsewhere. Default units. */
  readonly keyUnits?: number;
  /** Whether to add biases. Default true. */
  readonly bias?: boolean;
  /** p of the dropout of weights, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Whether step t sees no step after t, in `apply` and where `attend` is not told otherwise. Default false. */
  readonly causal?: boolean;
}

/** What queries may look at. */
export interface AttendOptions {
  /** Which keys count, bool[K, B], such as a length mask: no query looks at padding. */
  readonly keyMask?: BoolNode;
  /** Which query may look at which key: bool[B, H, T, K], or what broadcasts to that. */
  readonly mask?: BoolNode;
  /** Whether query t sees no key after t. */
  readonly causal?: boolean;
}

/** A multi-head attention: its parameters by name, and what it does. */
export interface MultiHeadAttention extends Layer {
  readonly parameters: Readonly<Record<"query" | "key" | "value" | "output", ParameterTree>>;
  /** Self-attention: x attends to itself. @shapes x: f32[T, B, F] -> f32[T, B, F] */
  readonly apply: (x: FloatNode, mode?: TrainingMode) => FloatNode;
  /**
   * Attention of some queries to keys, and their values, from elsewhere: cross-attention.
   *
   * @shapes queries: f32[T, B, F], source: f32[K, B, keyUnits] -> output: f32[T, B, F], weights: f32[B, H, T, K]
   */
  readonly attend: (queries: FloatNode, source: FloatNode, options?: AttendOptions, mode?: TrainingMode) => Attention;
}

/**
 * Multi-head attention over time-major sequences. A query that may look at no key gets the bias of the last layer.
 *
 * y = [head 1 | … | head H] W + b, each head softmax(Q Kᵀ / √(F / H)) V with Q, K and V from dense layers
 *
 * @shapes x: f32[T, B, F] -> f32[T, B, F]; query/weight: [F, F], key/weight and value/weight: [keyUnits, F], output/weight: [F, F], biases: [F]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; ATTENTION_HEADS if heads does not divide units; SETTING_RANGE if dropout is not in [0, 1). From its functions: ShapeError ATTENTION_INPUT if a sequence has another shape; SHAPE_BROADCAST if a mask does not fit.
 * @example
 * const layer = multiHeadAttention({ units: 8, heads: 2, causal: true, seed: 1 });
 * layer.apply(input("x", [5, 3, 8])).shape; // → [5, 3, 8]
 * layer.attend(input("x", [5, 3, 8]), input("memory", [7, 3, 8]), { causal: false }).weights.shape; // → [3, 2, 5, 7]
 * @source Vaswani et al. 2017, "Attention is all you need", section 3.2.2
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  checkKeys("multiHeadAttention(options)", "options", options, {
    name: true,
    units: true,
    heads: true,
    seed: true,
    keyUnits: true,
    bias: true,
    dropout: true,
    causal: true,
  });
  const { name = "attention", units, heads, seed, keyUnits = units, bias = true, causal: isCausal = false } = options;
  const where = `multiHeadAttention("${name}")`;
  checkSizes(where, { units, heads, keyUnits });
  checkHeads(where, units, heads);
  const projection = (part: string, inputs: number) => dense({ name: `${name}/${part}`, inputs, units, bias, seed });
  const [query, key, value, output] = [
    projection("query", units),
    projection("key", keyUnits),
    projection("value", keyUnits),
    projection("output", units),
  ];
  const drop = dropout({ name: `${name}/dropout`, rate: options.dropout ?? 0 });

  /** @shapes x: f32[T, B, F] -> f32[B, H, T, F / H] */
  const split = (x: FloatNode): FloatNode => {
    const [steps, batch] = x.shape as readonly [number, number];
    return transpose(reshape(x, [steps, batch, heads, units / heads]), [1, 2, 0, 3]);
  };
  const attend: MultiHeadAttention["attend"] = (queries, source, { keyMask, mask, causal = isCausal } = {}, mode) => {
    checkSequences(`${where}.attend(queries, source)`, queries, source, units, keyUnits);
    const [steps, batch] = queries.shape as readonly [number, number];
    const [keys] = source.shape as readonly [number];
    const masks = [
      ...(mask === undefined ? [] : [mask]),
      ...(keyMask === undefined ? [] : [ofKeys(`${where}.attend(queries, source)`, keyMask, keys, batch)]),
      ...(causal ? [notAfter(steps, keys)] : []),
    ];
    const joined = masks.length === 0 ? undefined : masks.reduce((a, b) => logicalAnd(a, b));
    const found = attention(split(query.apply(queries)), split(key.apply(source)), split(value.apply(source)), {
      ...(joined !== undefined && { mask: joined }),
      onWeights: (weights) => drop.apply(weights, mode),
    });
    const together = reshape(transpose(found.output, [2, 0, 1, 3]), [steps, batch, units]);
    return { output: output.apply(together), weights: found.weights };
  };
  return {
    name,
    parameters: {
      query: query.parameters,
      key: key.parameters,
      value: value.parameters,
      output: output.parameters,
    },
    apply: (x, mode) => attend(x, x, {}, mode).output,
    attend,
  };
}

/** A mask of keys for every head and query. @shapes mask: bool[K, B] -> bool[B, 1, 1, K] */
function ofKeys(where: string, mask: BoolNode, keys: number, batch: number): BoolNode {
  if (mask.shape.join() === [keys, batch].join()) return reshape(transpose(mask), [batch, 1, 1, keys]);
  throw new ShapeError({
    code: "ATTENTION_INPUT",
    where,
    rule: `keyMask must be bool[${keys}, ${batch}], a truth value for each key`,
    got: describe(mask),
  });
}

/** True where the key is not after the query. @shapes -> bool[T, K] */
function notAfter(steps: number, keys: number): BoolNode {
  return greaterEqual(reshape(iota(steps), [steps, 1]), iota(keys));
}

function checkHeads(where: string, units: number, heads: number): void {
  if (units % heads === 0) return;
  throw new ValueError({
    code: "ATTENTION_HEADS",
    where,
    rule: "heads must divide units",
    got: `${heads} for units = ${units}`,
  });
}

function checkSequences(where: string, queries: FloatNode, source: FloatNode, units: number, keyUnits: number): void {
  const [t, b, f] = queries.shape;
  const [k, sourceBatch, keyFeatures] = source.shape;
  const fit =
    queries.shape.length === 3 &&
    source.shape.length === 3 &&
    f === units &&
    keyFeatures === keyUnits &&
    b === sourceBatch &&
    t !== 0 &&
    k !== 0;
  if (fit) return;
  throw new ShapeError({
    code: "ATTENTION_INPUT",
    where,
    rule: `queries must be f32[T, B, ${units}] and source f32[K, B, ${keyUnits}], time-major`,
    got: `queries = ${describe(queries)} and source = ${describe(source)}`,
  });
}
