/** How far a Gaussian is from the standard one: what holds the codes of a variational autoencoder together. */
import { add, checkKeys, expm1, mul, square, sub, sum, type FloatNode } from "@unfold/core";
import { checkVectors, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * The Kullback–Leibler divergence of the standard normal distribution from a Gaussian with independent components, in nats.
 *
 * KL(N(μ, e^s) ‖ N(0, 1)) = ½ Σ (μ² + e^s - s - 1)
 *
 * @shapes mean: f32[...S, Z], logVariance: f32[...S, Z] -> f32[], or f32[...S] for reduction "none"
 * @param mean - μ
 * @param logVariance - s = ln σ²
 * @throws ShapeError LOSS_SHAPE if the shapes differ or have no axis. Also as reduceLoss.
 * @example
 * evaluate(gaussianKlDivergence(constant([1, 0]), constant([0, 0]))).item(); // → 0.5
 * @source Kingma & Welling 2014, "Auto-encoding variational Bayes", appendix B
 */
export function gaussianKlDivergence(mean: FloatNode, logVariance: FloatNode, options: LossOptions = {}): FloatNode {
  checkKeys("gaussianKlDivergence(mean, logVariance, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "gaussianKlDivergence(mean, logVariance)";
  checkVectors(where, { mean, logVariance });
  const terms = add(square(mean), sub(expm1(logVariance), logVariance));
  return reduceLoss(where, mul(sum(terms, { axes: -1 }), 0.5), options);
}
