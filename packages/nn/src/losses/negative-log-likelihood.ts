/** Negative log-likelihood of class labels, from log-probabilities. */
import { checkKeys, neg, type FloatNode, type IntNode } from "@unfold/core";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";
import { labelsOf, scoreOfLabel } from "./score-of-label.js";

/**
 * The negative log-likelihood of labels, in nats; `crossEntropy` is the same from logits.
 *
 * -logProbabilities[label]
 *
 * @shapes logProbabilities: f32[...S, V], labels: i32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param logProbabilities - ≤ 0, such as `logSoftmax(logits)`
 * @param labels - classes, whole numbers in [0, V)
 * @throws ShapeError LOSS_SHAPE if labels do not have the shape of logProbabilities without its last axis. DTypeError LOSS_DTYPE if labels are not i32. ValueError INDEX_RANGE, when run, if a label is not in [0, V). Also as reduceLoss.
 * @example
 * evaluate(negativeLogLikelihood(constant([[-1, -0.5]]), constant([1], "i32"))).item(); // → 0.5
 */
export function negativeLogLikelihood(
  logProbabilities: FloatNode,
  labels: IntNode,
  options: LossOptions = {},
): FloatNode {
  checkKeys("negativeLogLikelihood(logProbabilities, labels, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "negativeLogLikelihood(logProbabilities, labels)";
  const known = labelsOf(where, "logProbabilities", logProbabilities, labels, options);
  return reduceLoss(where, neg(scoreOfLabel(logProbabilities, known)), options);
}
