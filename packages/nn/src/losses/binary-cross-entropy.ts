/** Cross-entropy of questions with two answers, from logits. */
import { add, checkKeys, mul, neg, softplus, sub, type FloatNode } from "@unfold/core";
import { BELOW_ONE, checkSettings, POSITIVE, type SettingRange } from "../settings/check-setting.js";
import { checkKnownValues, checkSameShape, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/** How binary cross-entropies are smoothed, balanced and joined. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** ε, by how much targets are moved towards ½: y (1 - ε) + ε / 2, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** p, how much more a target of 1 counts than one of 0, > 0. Default 1. */
  readonly positiveWeight?: number;
}

const PROBABILITY: SettingRange = { words: "in [0, 1]", holds: (value) => value >= 0 && value <= 1 };

/**
 * The cross-entropy between targets and the sigmoid of logits, in nats. Stable for any finite logits.
 *
 * -p y ln σ(x) - (1 - y) ln(1 - σ(x))
 *
 * @shapes logits: f32[...S], targets: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param logits - any real
 * @param targets - probabilities in [0, 1]; checked where they are constant
 * @throws ShapeError LOSS_SHAPE if the shapes differ. ValueError SETTING_RANGE if labelSmoothing is not in [0, 1) or positiveWeight is not a finite number > 0; LOSS_VALUE if constant targets are not in [0, 1]. Also as reduceLoss.
 * @example
 * evaluate(binaryCrossEntropy(constant([0, 1e4]), constant([1, 1]))).item(); // → 0.34657359027997264
 */
export function binaryCrossEntropy(
  logits: FloatNode,
  targets: FloatNode,
  options: BinaryCrossEntropyOptions = {},
): FloatNode {
  checkKeys("binaryCrossEntropy(logits, targets, options)", "options", options, {
    labelSmoothing: true,
    positiveWeight: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "binaryCrossEntropy(logits, targets)";
  checkSameShape(where, { logits, targets });
  checkKnownValues(where, "targets", targets, PROBABILITY);
  const { labelSmoothing = 0, positiveWeight = 1 } = options;
  checkSettings(where, {
    labelSmoothing: [labelSmoothing, BELOW_ONE],
    positiveWeight: [positiveWeight, POSITIVE],
  });
  const y = labelSmoothing === 0 ? targets : add(mul(targets, 1 - labelSmoothing), labelSmoothing / 2);
  // Terms that are never negative: no difference loses digits.
  const ofOnes = mul(y, softplus(neg(logits)));
  const ofZeros = mul(sub(1, y), softplus(logits));
  return reduceLoss(where, add(positiveWeight === 1 ? ofOnes : mul(ofOnes, positiveWeight), ofZeros), options);
}
