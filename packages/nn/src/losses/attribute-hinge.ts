/** The hinge loss of attributes that are there or not. */
import { checkKeys, mul, relu, square, sub, type FloatNode } from "@unfold/core";
import { checkSetting, NOT_NEGATIVE, type SettingRange } from "../settings/check-setting.js";
import { checkKnownValues, checkSameShape } from "./loss-options.js";
import type { HingeOptions } from "./multiclass-hinge.js";
import { reduceLoss } from "./reduce-loss.js";

const SIGN: SettingRange = { words: "-1 or 1", holds: (value) => value === -1 || value === 1 };

/**
 * The hinge loss of every attribute by itself: positive examples should score above Δ, negative ones below -Δ.
 *
 * max(0, Δ - target · score), or its square
 *
 * @shapes scores: f32[...S], targets: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param targets - 1 where the attribute is there, -1 where it is not; checked where they are constant
 * @throws ShapeError LOSS_SHAPE if the shapes differ. ValueError SETTING_RANGE if margin is not a finite number ≥ 0; LOSS_VALUE if a constant target is neither -1 nor 1. Also as reduceLoss.
 * @example
 * evaluate(attributeHinge(constant([0.5, 3, 2]), constant([1, 1, -1]), { reduction: "none" })).data; // → [0.5, 0, 3]
 * @source Stanford CS231n, "Neural networks part 2", attribute classification
 */
export function attributeHinge(scores: FloatNode, targets: FloatNode, options: HingeOptions = {}): FloatNode {
  checkKeys("attributeHinge(scores, targets, options)", "options", options, {
    margin: true,
    squared: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "attributeHinge(scores, targets)";
  checkSameShape(where, { scores, targets });
  checkKnownValues(where, "targets", targets, SIGN);
  const { margin = 1, squared = false } = options;
  checkSetting(where, "margin", margin, NOT_NEGATIVE);
  const violation = relu(sub(margin, mul(targets, scores)));
  return reduceLoss(where, squared ? square(violation) : violation, options);
}
