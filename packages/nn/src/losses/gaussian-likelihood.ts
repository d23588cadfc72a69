/** The negative log-likelihood of a Gaussian: a regression that says how sure it is. */
import { add, checkKeys, exp, mul, neg, square, sub, type FloatNode } from "@unfold/core";
import { checkSameShape, type LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * The negative log-likelihood of targets under Gaussians, in nats.
 *
 * -ln N(target; μ, e^s) = ½ (s + (target - μ)² e^-s + ln 2π)
 *
 * @shapes mean: f32[...S], logVariance: f32[...S], target: f32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param mean - μ
 * @param logVariance - s = ln σ²: any real, so that the variance is positive whatever a network says
 * @throws ShapeError LOSS_SHAPE if the shapes differ. Also as reduceLoss.
 * @example
 * evaluate(gaussianLikelihood(constant(2), constant(0), constant(2))).item(); // → 0.9189385332046727
 * @source Nix & Weigend 1994, "Estimating the mean and variance of the target probability distribution"
 */
export function gaussianLikelihood(
  mean: FloatNode,
  logVariance: FloatNode,
  target: FloatNode,
  options: LossOptions = {},
): FloatNode {
  checkKeys("gaussianLikelihood(mean, logVariance, target, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "gaussianLikelihood(mean, logVariance, target)";
  checkSameShape(where, { mean, target });
  checkSameShape(where, { logVariance, target });
  const distance = mul(square(sub(target, mean)), exp(neg(logVariance)));
  return reduceLoss(where, mul(add(add(logVariance, distance), Math.log(2 * Math.PI)), 0.5), options);
}
