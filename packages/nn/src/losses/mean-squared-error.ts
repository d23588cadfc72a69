/** Mean squared error. */
import { checkKeys, square, sub, type FloatNode } from "@unfold/core";
import { checkSameShape, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * The mean squared error.
 *
 * mean((prediction - target)²)
 *
 * @shapes prediction: f32[...S], target: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @throws ShapeError LOSS_SHAPE if the shapes differ: broadcasting here is nearly always a mistake. Also as reduceLoss.
 * @example
 * evaluate(meanSquaredError(constant([1, 2]), constant([0, 4]))).item(); // → 2.5
 */
export function meanSquaredError(prediction: FloatNode, target: FloatNode, options: LossOptions = {}): FloatNode {
  checkKeys("meanSquaredError(prediction, target, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "meanSquaredError(prediction, target)";
  checkSameShape(where, { prediction, target });
  return reduceLoss(where, square(sub(prediction, target)), options);
}
