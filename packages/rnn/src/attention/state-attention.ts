/** Attention: a mean of states, weighted by how well each of them answers a query. */
import {
  checkKeys,
  describe,
  matmul,
  reshape,
  select,
  ShapeError,
  softmax,
  transpose,
  ValueError,
  type BoolNode,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { lengthMask } from "../sequences/length-mask.js";

/** Which states are there, if not all: lengths of padded sequences `i32[B]`, or a mask `bool[T, B]`. */
export interface MemoryPadding {
  readonly lengths?: IntNode;
  readonly mask?: BoolNode;
}

/** What is read of the states at one step. */
export interface Attended {
  /** The weighted mean of the states, `[B, M]`. */
  readonly context: FloatNode;
  /** How much each state counts, `[B, T]`: not negative, with sum 1; 0 for what is not there, and all 0 if nothing is. */
  readonly weights: FloatNode;
}

/** Attention over certain states: what does not depend on a query is computed once, outside the steps that ask. */
export interface Attender {
  /** M, size of a state. */
  readonly size: number;
  /** @shapes query: f32[B, Q] */
  readonly read: (query: FloatNode) => Attended;
}

/** A way to attend, with its parameters. */
export interface StateAttention {
  readonly name: string;
  readonly parameters: Readonly<Record<string, FloatNode>>;
  /**
   * Attention over these states, such as an encoder's outputs. Padding, be it NaN, changes neither values nor gradients.
   *
   * @shapes states: f32[T, B, M]
   * @throws ShapeError ATTENTION_SHAPE if states, a mask, a query or its scores do not fit. ValueError ATTENTION_PADDING if lengths and a mask are given; LENGTH_RANGE
   */
  readonly over: (states: FloatNode, padding?: MemoryPadding) => Attender;
}

/** What an attention is made of. */
export interface StateAttentionRequest {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, FloatNode>>;
  /** Q, size of a query. */
  readonly queries: number;
  /** M, size of a state. */
  readonly states: number;
  /** Given the states `[B, T, M]`, how well each answers a query `[B, Q]`: scores `[B, T]`, any real numbers. */
  readonly score: (states: FloatNode) => (query: FloatNode) => FloatNode;
}

/**
 * Attention from a score: how to write one's own.
 *
 * a_{t} = softmax_t(score(query, state_t)); context = Σ_t a_t state_t
 *
 * @example
 * // the states that are closest to the query
 * const nearest = stateAttention({
 *   name: "nearest",
 *   queries: 2,
 *   states: 2,
 *   score: (states) => (query) => neg(sum(square(sub(states, reshape(query, [1, 1, 2]))), { axes: [2] })),
 * });
 * const { context } = nearest.over(constant([[[0, 0]], [[9, 9]]])).read(constant([[8, 8]]));
 * evaluate(context).data.map(Math.round); // → [9, 9]
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate", equations 5 and 6
 */
export function stateAttention(request: StateAttentionRequest): StateAttention {
  checkKeys("stateAttention(request)", "request", request, {
    name: true,
    parameters: true,
    queries: true,
    states: true,
    score: true,
  });
  const { name, parameters = {}, queries, states: size, score } = request;
  return {
    name,
    parameters,
    over: (states, padding = {}) => {
      const where = `"${name}".over(states)`;
      const [steps, batch, width] = states.shape;
      if (!isFloat(states) || states.shape.length !== 3 || steps === 0 || width !== size)
        throw misfit(where, `states must be f32[T, B, ${size}], time-major, T ≥ 1`, states);
      const mask = maskOf(where, padding, steps!, batch!);
      const whole = transpose(states, [1, 0, 2]);
      const memory = mask === undefined ? whole : select(reshape(mask, [batch!, steps!, 1]), whole, 0);
      const scoreOf = score(memory);
      return {
        size,
        read: (query) => {
          const asking = `"${name}".over(states).read(query)`;
          if (!isFloat(query) || query.shape.join() !== [batch, queries].join())
            throw misfit(asking, `the query must be f32[${batch!}, ${queries}]`, query);
          const scores = scoreOf(query);
          if (!isFloat(scores) || scores.shape.join() !== [batch, steps].join())
            throw misfit(asking, `score must give f32[${batch!}, ${steps!}]`, scores);
          // Where all states are masked, softmax is NaN, which is not chosen and reaches no gradient.
          const weights =
            mask === undefined ? softmax(scores) : select(mask, softmax(select(mask, scores, -Infinity)), 0);
          const context = matmul(reshape(weights, [batch!, 1, steps!]), memory);
          return { context: reshape(context, [batch!, size]), weights };
        },
      };
    },
  };
}

/** `[B, T]`, or undefined if all states are there. */
function maskOf(where: string, { lengths, mask }: MemoryPadding, steps: number, batch: number): BoolNode | undefined {
  if (lengths !== undefined && mask !== undefined) {
    const rule = "padding must be said once";
    throw new ValueError({ code: "ATTENTION_PADDING", where, rule, got: "lengths and a mask" });
  }
  const own = lengths === undefined ? mask : lengthMask(lengths, steps);
  if (own === undefined) return undefined;
  if (own.shape.join() !== [steps, batch].join())
    throw misfit(where, `the mask must be bool[${steps}, ${batch}], or lengths i32[${batch}]`, own);
  return transpose(own);
}

function isFloat({ dtype }: Node): boolean {
  return dtype === "f32";
}

function misfit(where: string, rule: string, node: Node): ShapeError {
  return new ShapeError({ code: "ATTENTION_SHAPE", where, rule, got: describe(node) });
}
