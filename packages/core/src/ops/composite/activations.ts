/** Activation functions built from other operations: their derivatives follow. */
import type { FloatNode } from "../../graph/node.js";
import { abs } from "../abs.js";
import { add } from "../add.js";
import { clamp } from "../clamp.js";
import { greater } from "../comparisons.js";
import { div } from "../div.js";
import { erf } from "../erf.js";
import { expm1 } from "../expm1.js";
import { mul } from "../mul.js";
import { pow } from "../pow.js";
import { select } from "../select.js";
import { sigmoid } from "../sigmoid.js";
import { tanh } from "../tanh.js";

/** λ and α for which activations keep mean 0 and variance 1. Source: Klambauer et al. 2017, equation 14. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/**
 * The leaky rectifier.
 *
 * leakyRelu(x) = x if x > 0, else slope · x
 *
 * The derivative at 0 is slope.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param slope - for negative x; default 0.01
 * @example
 * evaluate(leakyRelu(constant([-2, 3]), 0.5)).data; // → [-1, 3]
 * @source Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic models"
 */
export function leakyRelu(x: FloatNode, slope = 0.01): FloatNode {
  return select(greater(x, 0), x, mul(slope, x));
}

/**
 * The exponential linear unit.
 *
 * elu(x) = x if x > 0, else alpha (eˣ - 1)
 *
 * The derivative at 0 is alpha.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param alpha - minus the limit at -∞; default 1
 * @example
 * evaluate(elu(constant([-Infinity, 2]))).data; // → [-1, 2]
 * @source Clevert et al. 2016, equation 15
 */
export function elu(x: FloatNode, alpha = 1): FloatNode {
  const isPositive = greater(x, 0);
  // Where it is not chosen, the exponential must not overflow: 0 · ∞ would reach the derivative as NaN.
  return select(isPositive, x, mul(alpha, expm1(select(isPositive, 0, x))));
}

/**
 * The scaled exponential linear unit.
 *
 * selu(x) = λ elu(x, α), λ ≈ 1.0507, α ≈ 1.6733
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @example
 * evaluate(selu(constant([1]))).data; // → [1.0507009873554805]
 * @source Klambauer et al. 2017, "Self-normalizing neural networks", equations 2 and 14
 */
export function selu(x: FloatNode): FloatNode {
  return mul(SELU_SCALE, elu(x, SELU_ALPHA));
}

/**
 * The Gaussian error linear unit: x weighted by the probability that a standard normal number is below it.
 *
 * gelu(x) = x Φ(x) = x (1 + erf(x / √2)) / 2; approximate: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param options - approximate: the tanh form; default false
 * @example
 * evaluate(gelu(constant([0, 1]))).data; // → [0, 0.8413447460685429]
 * @source Hendrycks & Gimpel 2016, "Gaussian error linear units", section 2
 */
export function gelu(x: FloatNode, options: { readonly approximate?: boolean } = {}): FloatNode {
  const squashed =
    options.approximate === true
      ? tanh(mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, pow(x, 3)))))
      : erf(mul(x, Math.SQRT1_2));
  return mul(mul(0.5, x), add(1, squashed));
}

/**
 * The sigmoid linear unit, also called swish.
 *
 * silu(x) = x σ(x)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @example
 * evaluate(silu(constant([0, 100]))).data; // → [0, 100]
 * @source Elfwing et al. 2018, "Sigmoid-weighted linear units", equation 5
 */
export function silu(x: FloatNode): FloatNode {
  return mul(x, sigmoid(x));
}

/**
 * A sigmoid made of three straight lines.
 *
 * hardSigmoid(x) = clamp(x / 6 + ½, 0, 1)
 *
 * The derivative at both kinks, ±3, is 1/6. (Keras before version 3 used x / 5.)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @example
 * evaluate(hardSigmoid(constant([-4, 0, 4]))).data; // → [0, 0.5, 1]
 * @source Courbariaux et al. 2015, "BinaryConnect"; slope of Howard et al. 2019, "MobileNetV3"
 */
export function hardSigmoid(x: FloatNode): FloatNode {
  return clamp(add(div(x, 6), 0.5), 0, 1);
}

/**
 * A sigmoid with slow tails.
 *
 * softsign(x) = x / (1 + |x|)
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @example
 * evaluate(softsign(constant([-1, 3]))).data; // → [-0.5, 0.75]
 * @source Turian et al. 2009; Glorot & Bengio 2010, section 3
 */
export function softsign(x: FloatNode): FloatNode {
  return div(x, add(1, abs(x)));
}
