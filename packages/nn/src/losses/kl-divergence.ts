/** The divergence of Kullback and Leibler between two distributions over classes. */
import { checkKeys, exp, greater, mul, select, sub, sum, type FloatNode } from "@unfold/core";
import { checkVectors, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * The Kullback–Leibler divergence of a distribution q from a target p, both as log-probabilities, in nats.
 *
 * KL(p ‖ q) = Σ p (ln p - ln q); a class with p = 0 adds nothing
 *
 * @shapes logTarget: f32[...S, V], logPrediction: f32[...S, V] -> f32[], or f32[...S] for reduction "none"
 * @param logTarget - ln p, such as `logSoftmax(logits)`; -∞ where p is 0
 * @param logPrediction - ln q
 * @throws ShapeError LOSS_SHAPE if the shapes differ or have no axis. Also as reduceLoss.
 * @example
 * const half = constant([Math.log(0.5), Math.log(0.5)]);
 * evaluate(klDivergence(constant([0, -Infinity]), half)).item(); // → 0.6931471805599453
 * @source Kullback & Leibler 1951, "On information and sufficiency"
 */
export function klDivergence(logTarget: FloatNode, logPrediction: FloatNode, options: LossOptions = {}): FloatNode {
  checkKeys("klDivergence(logTarget, logPrediction, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "klDivergence(logTarget, logPrediction)";
  checkVectors(where, { logTarget, logPrediction });
  const isPossible = greater(logTarget, -Infinity);
  const difference = select(isPossible, sub(select(isPossible, logTarget, 0), logPrediction), 0);
  return reduceLoss(where, sum(mul(exp(logTarget), difference), { axes: -1 }), options);
}
