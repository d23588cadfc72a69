/** Softmax and its logarithm, stable for any finite logits: the largest is subtracted first. */
import { constant } from "../../graph/leaves.js";
import type { FloatNode } from "../../graph/node.js";
import { normalizeAxes, normalizeAxis } from "../../tensor/shape.js";
import { abs } from "../abs.js";
import { add } from "../add.js";
import { less } from "../comparisons.js";
import { div } from "../div.js";
import { exp } from "../exp.js";
import { stopGradient } from "../gradient-control.js";
import { log } from "../log.js";
import { max } from "../max-min.js";
import { reshape } from "../reshape.js";
import type { ReduceOptions } from "../rules/reduction.js";
import { select } from "../select.js";
import { sub } from "../sub.js";
import { sum } from "../sum-broadcast.js";

/**
 * Probabilities from logits along an axis.
 *
 * softmax(x)_i = e^(x_i) / Σ_j e^(x_j)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - logits, any real; -∞ gets probability 0 unless all are -∞, which gives NaN
 * @param axis - the last one unless given
 * @throws ShapeError AXIS_RANGE if the axis is not one of x; REDUCE_EMPTY if it has no elements.
 * @example
 * evaluate(softmax(constant([0, 0, 1e4]))).data; // → [0, 0, 1]
 * @source Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs"
 */
export function softmax(x: FloatNode, axis = -1): FloatNode {
  const axes = [normalizeAxis("softmax(x, axis)", axis, x.shape.length)];
  const weights = exp(sub(x, shift(x, axes)));
  return div(weights, sum(weights, { axes, keepDims: true }));
}

/**
 * The logarithm of softmax, without the underflow of log(softmax(x)).
 *
 * logSoftmax(x)_i = x_i - ln Σ_j e^(x_j)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param x - logits, any real
 * @param axis - the last one unless given
 * @throws ShapeError AXIS_RANGE if the axis is not one of x; REDUCE_EMPTY if it has no elements.
 * @example
 * evaluate(logSoftmax(constant([0, 1e4]))).data; // → [-10000, 0]
 */
export function logSoftmax(x: FloatNode, axis = -1): FloatNode {
  const axes = [normalizeAxis("logSoftmax(x, axis)", axis, x.shape.length)];
  const shifted = sub(x, shift(x, axes));
  return sub(shifted, log(sum(exp(shifted), { axes, keepDims: true })));
}

/**
 * The logarithm of a sum of exponentials over axes, without overflow.
 *
 * logSumExp(x) = ln Σ e^(x_i) = m + ln Σ e^(x_i - m), m = max(x)
 *
 * @shapes x: f32[...S] -> f32[S without axes], or with 1 for each axis if keepDims
 * @param x - any real; -∞ everywhere gives -∞, an ∞ gives ∞
 * @throws ShapeError AXIS_RANGE if an axis is not one of x; REDUCE_EMPTY if there are no elements.
 * @example
 * evaluate(logSumExp(constant([1e4, 1e4]))).item(); // → 10000.69314718056
 */
export function logSumExp(x: FloatNode, options: ReduceOptions = {}): FloatNode {
  const axes = normalizeAxes("logSumExp(x)", options.axes, x.shape.length);
  const largest = shift(x, axes);
  const total = log(sum(exp(sub(x, largest)), options));
  return add(total, reshape(largest, total.shape));
}

/** The largest element where it is finite, else 0: ∞ - ∞ would be NaN. No derivative flows through it, since it cancels. */
function shift(x: FloatNode, axes: ReduceOptions["axes"]): FloatNode {
  const largest = stopGradient(max(x, { ...(axes !== undefined && { axes }), keepDims: true }));
  return select(less(abs(largest), constant(Infinity)), largest, 0);
}
