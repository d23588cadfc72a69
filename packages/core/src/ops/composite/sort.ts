/** Sorting and the k largest elements: reading in sorted order, so that the values are differentiable. */
import { ValueError } from "../../errors.js";
import { describe, type IntNode, type Node } from "../../graph/node.js";
import type { NumericDType } from "../../tensor/dtype.js";
import { normalizeAxis } from "../../tensor/shape.js";
import { argsort, type SortOptions } from "../argsort.js";
import { slice } from "../slice-pad.js";
import { takeAlongAxis } from "../take-along-axis.js";

/**
 * The elements in ascending order along an axis; NaN comes last.
 *
 * The derivative goes where the element came from; ties keep their order.
 *
 * @shapes x: D[...S] -> D[...S]
 * @param axis - the last one unless given; negative from the end
 * @throws ShapeError AXIS_RANGE if the axis is not one of x.
 * @example
 * evaluate(sort(constant([3, 1, 2]))).data; // → [1, 2, 3]
 */
export function sort<D extends NumericDType>(x: Node<D>, axis = -1, options: SortOptions = {}): Node<D> {
  const at = normalizeAxis("sort(x, axis)", axis, x.shape.length);
  return takeAlongAxis(x, argsort(x, at, options), at);
}

/**
 * The k largest elements along an axis, largest first, and where they were.
 *
 * @shapes x: D[...S, n, ...R] -> values: D[...S, k, ...R], indices: i32[...S, k, ...R]
 * @param k - a whole number in [1, n]
 * @param axis - the last one unless given; negative from the end
 * @throws ValueError TOP_K if k is not in [1, n]. ShapeError AXIS_RANGE if the axis is not one of x.
 * @example
 * evaluate(topK(constant([3, 1, 2]), 2).values).data; // → [3, 2]
 */
export function topK<D extends NumericDType>(
  x: Node<D>,
  k: number,
  axis = -1,
): { readonly values: Node<D>; readonly indices: IntNode } {
  const at = normalizeAxis("topK(x, k, axis)", axis, x.shape.length);
  if (!Number.isInteger(k) || k < 1 || k > x.shape[at]!) {
    throw new ValueError({
      code: "TOP_K",
      where: "topK(x, k, axis)",
      rule: `k must be a whole number in [1, ${x.shape[at]!}]`,
      got: `${k} for x = ${describe(x)}`,
    });
  }
  const indices = slice(argsort(x, at, { descending: true }), { axis: at, stop: k });
  return { values: takeAlongAxis(x, indices, at), indices };
}
