/** Absolute error, as a loss; as a metric it is meanAbsoluteError. */
import { abs, checkKeys, sub, type FloatNode } from "@unfold/core";
import { checkSameShape, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * The mean absolute error, also called L1 loss. The derivative of a perfect prediction is 0.
 *
 * mean(|prediction - target|)
 *
 * @shapes prediction: f32[...S], target: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @throws ShapeError LOSS_SHAPE if the shapes differ. Also as reduceLoss.
 * @example
 * evaluate(absoluteError(constant([1, 2]), constant([0, 4]))).item(); // → 1.5
 */
export function absoluteError(prediction: FloatNode, target: FloatNode, options: LossOptions = {}): FloatNode {
  checkKeys("absoluteError(prediction, target, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "absoluteError(prediction, target)";
  checkSameShape(where, { prediction, target });
  return reduceLoss(where, abs(sub(prediction, target)), options);
}
