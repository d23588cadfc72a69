/** The angle between two vectors as a loss. */
import { checkKeys, div, maximum, mul, sqrt, square, sub, sum, type FloatNode } from "@unfold/core";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import { checkVectors, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/** What a short vector is, and how positions are joined. */
export interface CosineOptions extends LossOptions {
  /** ε, the length below which a vector is not made longer, > 0; the cosine with 0 is 0. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * The cosine distance between vectors: 0 for one direction, 2 for opposite ones.
 *
 * 1 - x · y / (max(‖x‖, ε) max(‖y‖, ε))
 *
 * @shapes prediction: f32[...S, F], target: f32[...S, F] -> f32[], or f32[...S] for reduction "none"
 * @throws ShapeError LOSS_SHAPE if the shapes differ or have no axis. ValueError SETTING_RANGE if epsilon is not a finite number > 0. Also as reduceLoss.
 * @example
 * evaluate(cosineDistance(constant([3, 0]), constant([-5, 0]))).item(); // → 2
 * @source ε: PyTorch
 */
export function cosineDistance(prediction: FloatNode, target: FloatNode, options: CosineOptions = {}): FloatNode {
  checkKeys("cosineDistance(prediction, target, options)", "options", options, {
    epsilon: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "cosineDistance(prediction, target)";
  checkVectors(where, { prediction, target });
  const { epsilon = 1e-8 } = options;
  checkSetting(where, "epsilon", epsilon, POSITIVE);
  const unit = (x: FloatNode): FloatNode =>
    div(x, sqrt(maximum(sum(square(x), { axes: -1, keepDims: true }), epsilon ** 2)));
  return reduceLoss(where, sub(1, sum(mul(unit(prediction), unit(target)), { axes: -1 })), options);
}
