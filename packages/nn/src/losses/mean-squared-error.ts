/** Mean squared error. */
import { describe, ShapeError, square, sub, type FloatNode } from "@unfold/core";
import { reduceLoss, type LossReduction } from "./reduction.js";

/**
 * The mean squared error.
 *
 * mean((prediction - target)²)
 *
 * @shapes prediction: f32[...S], target: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param reduction - "mean" (default) over all elements, "sum", or "none"
 * @throws ShapeError LOSS_SHAPE if the shapes differ: broadcasting here is nearly always a mistake.
 * @example
 * evaluate(meanSquaredError(constant([1, 2]), constant([0, 4]))).item(); // → 2.5
 */
export function meanSquaredError(
  prediction: FloatNode,
  target: FloatNode,
  reduction: LossReduction = "mean",
): FloatNode {
  if (prediction.shape.join() !== target.shape.join()) {
    throw new ShapeError({
      code: "LOSS_SHAPE",
      where: "meanSquaredError(prediction, target)",
      rule: "both must have one shape",
      got: `prediction = ${describe(prediction)} and target = ${describe(target)}`,
    });
  }
  return reduceLoss(square(sub(prediction, target)), reduction);
}
