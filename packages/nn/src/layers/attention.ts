/** Attention: a mean of values, weighted by how well their keys answer each query. */
import {
  broadcastTo,
  checkKeys,
  describe,
  matmul,
  mul,
  select,
  ShapeError,
  softmax,
  transpose,
  type BoolNode,
  type FloatNode,
} from "@unfold/core";

/** What attention looks at. */
export interface AttentionOptions {
  /** Where it is true, a query may look at a key: bool[...S, T, K], or what broadcasts to that. All may unless given. */
  readonly mask?: BoolNode;
  /** What becomes of the weights before the mean, such as dropout. */
  readonly onWeights?: (weights: FloatNode) => FloatNode;
}

/** What attention gives. */
export interface Attention {
  /** @shapes f32[...S, T, V] */
  readonly output: FloatNode;
  /** How much each query looks at each key: they add up to 1, or are all 0 where it may look at none. @shapes f32[...S, T, K] */
  readonly weights: FloatNode;
}

/** So low that e to it is 0 beside any other score, and finite: -∞ - -∞ would be NaN in a row that is masked as a whole. */
const LOWEST = -1e38;

/**
 * Scaled dot-product attention. A query that may look at no key gets zeros.
 *
 * softmax(Q Kᵀ / √D) V
 *
 * @shapes queries: f32[...S, T, D], keys: f32[...S, K, D], values: f32[...S, K, V] -> f32[...S, T, V]
 * @throws ShapeError ATTENTION_SHAPE if the shapes do not fit together; SHAPE_BROADCAST if the mask does not. DTypeError DTYPE_NOT_ACCEPTED if the mask is not bool.
 * @example
 * const [queries, keys, values] = [[[0]], [[1], [2]], [[10], [30]]].map((x) => constant(x));
 * evaluate(attention(queries, keys, values).output).data; // → [20]
 * @source Vaswani et al. 2017, "Attention is all you need", equation 1
 */
export function attention(
  queries: FloatNode,
  keys: FloatNode,
  values: FloatNode,
  options: AttentionOptions = {},
): Attention {
  checkKeys("attention(queries, keys, values, options)", "options", options, { mask: true, onWeights: true });
  checkShapes(queries, keys, values);
  const { onWeights = (x: FloatNode): FloatNode => x } = options;
  const size = queries.shape.at(-1)!;
  const scores = matmul(mul(queries, 1 / Math.sqrt(size)), swapLast(keys));
  const mask = options.mask && broadcastTo(options.mask, scores.shape);
  const weights = mask === undefined ? softmax(scores) : select(mask, softmax(select(mask, scores, LOWEST)), 0);
  return { output: matmul(onWeights(weights), values), weights };
}

function swapLast(x: FloatNode): FloatNode {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

function checkShapes(queries: FloatNode, keys: FloatNode, values: FloatNode): void {
  const all = [queries, keys, values];
  const fit =
    all.every(({ shape }) => shape.length >= 2) &&
    all.every(({ shape }) => shape.slice(0, -2).join() === queries.shape.slice(0, -2).join()) &&
    queries.shape.at(-1) === keys.shape.at(-1) &&
    keys.shape.at(-2) === values.shape.at(-2) &&
    queries.shape.at(-1) !== 0 &&
    keys.shape.at(-2) !== 0;
  if (fit) return;
  throw new ShapeError({
    code: "ATTENTION_SHAPE",
    where: "attention(queries, keys, values)",
    rule: "queries must be f32[...S, T, D], keys f32[...S, K, D] and values f32[...S, K, V]",
    got: `queries = ${describe(queries)}, keys = ${describe(keys)} and values = ${describe(values)}`,
  });
}
