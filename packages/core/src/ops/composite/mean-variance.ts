/** Mean and variance over axes. */
import { ShapeError, ValueError } from "../../errors.js";
import { describe, type FloatNode } from "../../graph/node.js";
import { normalizeAxes, sizeOf } from "../../tensor/shape.js";
import { div } from "../div.js";
import type { ReduceOptions } from "../rules/reduction.js";
import { square } from "../square.js";
import { sub } from "../sub.js";
import { sum } from "../sum-broadcast.js";

/**
 * The mean over axes.
 *
 * mean(x) = Σ x_i / n
 *
 * @shapes x: f32[...S] -> f32[S without axes], or with 1 for each axis if keepDims
 * @param options - axes (all unless given, negative from the end) and keepDims
 * @throws ShapeError REDUCE_EMPTY if there is nothing to average; AXIS_RANGE if an axis is not one of x.
 * @example
 * evaluate(mean(constant([[1, 2], [3, 6]]), { axes: 1 })).data; // → [1.5, 4.5]
 */
export function mean(x: FloatNode, options: ReduceOptions = {}): FloatNode {
  const count = elementsOver("mean(x)", x, options);
  return div(sum(x, options), count);
}

/**
 * The variance over axes, in two passes, so that a large mean does not swallow it.
 *
 * var(x) = Σ (x_i - mean(x))² / (n - correction)
 *
 * @shapes x: f32[...S] -> f32[S without axes], or with 1 for each axis if keepDims
 * @param options - axes, keepDims, and correction: 0 (default) for the variance of these values, 1 (Bessel) to estimate that of a population from a sample
 * @throws ShapeError REDUCE_EMPTY if there is nothing to average. ValueError VARIANCE_CORRECTION if correction ≥ n.
 * @example
 * evaluate(variance(constant([1, 2, 3, 4]))).item(); // → 1.25
 */
export function variance(x: FloatNode, options: ReduceOptions & { readonly correction?: number } = {}): FloatNode {
  const { correction = 0 } = options;
  const count = elementsOver("variance(x)", x, options);
  if (!(correction >= 0 && correction < count)) {
    throw new ValueError({
      code: "VARIANCE_CORRECTION",
      where: "variance(x)",
      rule: `correction must be in [0, ${count})`,
      got: String(correction),
    });
  }
  const deviation = sub(x, mean(x, { ...options, keepDims: true }));
  return div(sum(square(deviation), options), count - correction);
}

/** How many elements go into each result. */
function elementsOver(where: string, x: FloatNode, { axes }: ReduceOptions): number {
  const count = sizeOf(normalizeAxes(where, axes, x.shape.length).map((axis) => x.shape[axis]!));
  if (count > 0) return count;
  throw new ShapeError({
    code: "REDUCE_EMPTY",
    where,
    rule: "there must be at least one element to average",
    got: `x = ${describe(x)}`,
  });
}
