/** Cross-entropy of class labels, from logits. */
import { add, checkKeys, logSoftmax, mean, mul, neg, type FloatNode, type IntNode } from "@unfold/core";
import { BELOW_ONE, checkSetting } from "../settings/check-setting.js";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";
import { labelsOf, scoreOfLabel } from "./score-of-label.js";

/** How cross-entropies are smoothed and joined. */
export interface CrossEntropyOptions extends LossOptions {
  /** ε, how much of the target's probability is spread evenly over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The cross-entropy between labels and the softmax of logits, in nats; divide by ln 2 for bits. Stable for any finite logits.
 *
 * -ln softmax(logits)[label] = ln Σ e^(logits) - logits[label]
 *
 * With label smoothing: (1 - ε) times that, plus ε times its mean over all classes as labels. A weight for each class is
 * `weights: gather(classWeights, labels)`.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param logits - any real
 * @param labels - classes, whole numbers in [0, V)
 * @throws ShapeError LOSS_SHAPE if labels do not have the shape of logits without its last axis. DTypeError LOSS_DTYPE if labels are not i32. ValueError SETTING_RANGE if labelSmoothing is not in [0, 1); INDEX_RANGE, when run, if a label is not in [0, V). Also as reduceLoss.
 * @example
 * evaluate(crossEntropy(constant([[0, 0]]), constant([1], "i32"))).item(); // → 0.6931471805599453
 * @source label smoothing: Szegedy et al. 2016, "Rethinking the inception architecture for computer vision", section 7
 */
export function crossEntropy(logits: FloatNode, labels: IntNode, options: CrossEntropyOptions = {}): FloatNode {
  checkKeys("crossEntropy(logits, labels, options)", "options", options, {
    labelSmoothing: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "crossEntropy(logits, labels)";
  const known = labelsOf(where, "logits", logits, labels, options);
  const { labelSmoothing = 0 } = options;
  checkSetting(where, "labelSmoothing", labelSmoothing, BELOW_ONE);
  const scores = logSoftmax(logits);
  const chosen = scoreOfLabel(scores, known);
  const smoothed =
    labelSmoothing === 0
      ? chosen
      : add(mul(chosen, 1 - labelSmoothing), mul(mean(scores, { axes: -1 }), labelSmoothing));
  return reduceLoss(where, neg(smoothed), options);
}
