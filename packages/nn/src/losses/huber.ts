/** Huber's loss. */
import { checkKeys, clamp, mul, sub, type FloatNode } from "@unfold/core";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import { checkSameShape, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/** Where Huber's loss turns linear, and how positions are joined. */
export interface HuberOptions extends LossOptions {
  /** δ, the error from which on the loss is linear, > 0. Default 1. */
  readonly delta?: number;
}

/**
 * Huber's loss: quadratic for small errors, linear for large ones, so that outliers pull no harder than δ.
 *
 * e²/2 where |e| ≤ δ, else δ (|e| - δ/2), with e = prediction - target
 *
 * @shapes prediction: f32[...S], target: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @throws ShapeError LOSS_SHAPE if the shapes differ. ValueError SETTING_RANGE if delta is not a finite number > 0. Also as reduceLoss.
 * @example
 * evaluate(huber(constant([0.5, 3]), constant([0, 0]), { reduction: "none" })).data; // → [0.125, 2.5]
 * @source Huber 1964, "Robust estimation of a location parameter", section 4
 */
export function huber(prediction: FloatNode, target: FloatNode, options: HuberOptions = {}): FloatNode {
  checkKeys("huber(prediction, target, options)", "options", options, {
    delta: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "huber(prediction, target)";
  checkSameShape(where, { prediction, target });
  const { delta = 1 } = options;
  checkSetting(where, "delta", delta, POSITIVE);
  const error = sub(prediction, target);
  // Inside, the clamped error is the error: e (e - e/2). Outside it is ±δ: δ (|e| - δ/2).
  const clamped = clamp(error, -delta, delta);
  return reduceLoss(where, mul(clamped, sub(error, mul(clamped, 0.5))), options);
}
