/** Codes drawn from what an encoder says of them, so that gradients pass: the reparameterization trick. */
import { add, exp, mul, randomNormal, type FloatNode, type IntNode } from "@unfold/core";
import { checkVectors } from "./loss-options.js";

/**
 * A vector drawn from a Gaussian with independent components. The noise does not depend on the parameters, so gradients pass
 * to both of them.
 *
 * z = μ + e^(s / 2) ε, with ε standard normal
 *
 * @shapes mean: f32[...S, Z], logVariance: f32[...S, Z], key: i32[2] -> f32[...S, Z]
 * @param mean - μ
 * @param logVariance - s = ln σ²
 * @param key - what the noise is drawn with, such as `mode.key("code")` of a training mode; the same key draws the same noise
 * @throws ShapeError LOSS_SHAPE if the shapes differ or have no axis. ValueError RANDOM_KEY if the key is not i32[2].
 * @example
 * const sure = sampleGaussian(constant([3, 4]), constant([-200, -200]), randomKey(1));
 * evaluate(sure).data; // → [3, 4]
 * @source Kingma & Welling 2014, "Auto-encoding variational Bayes", section 2.4; with ln σ² as in Ha & Eck 2017, "A neural representation of sketch drawings", equation 2
 */
export function sampleGaussian(mean: FloatNode, logVariance: FloatNode, key: IntNode): FloatNode {
  checkVectors("sampleGaussian(mean, logVariance, key)", { mean, logVariance });
  return add(mean, mul(exp(mul(logVariance, 0.5)), randomNormal(key, mean.shape)));
}
