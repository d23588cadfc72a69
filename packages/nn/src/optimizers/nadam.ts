/** Nadam: Adam with Nesterov's momentum. */
import { add, checkKeys, div, mul, pow, sqrt, square, sub, type FloatNode } from "@unfold/core";
import { BELOW_ONE, checkSettings, NOT_NEGATIVE, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of Nadam; the learning rate is 0.002 unless given. */
export interface NadamOptions extends ParameterwiseOptions {
  /** β1, where the momentum rises to, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β2, decay of the second moment, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, keeps the step finite where gradients are zero, > 0. Default 1e-8. */
  readonly epsilon?: number;
  /** ψ, how fast the momentum rises, ≥ 0. Default 0.004. */
  readonly momentumDecay?: number;
}

/**
 * Nadam.
 *
 * μ_t = β1 (1 - 0.96^(t ψ) / 2); m ← β1 m + (1 - β1) g; v ← β2 v + (1 - β2) g²;
 * m̂ = μ_{t+1} m / (1 - Π μ to t+1) + (1 - μ_t) g / (1 - Π μ to t); w ← w - α m̂ / (√(v / (1 - β2ᵗ)) + ε)
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * nadam().minimize(mul(w, w)).length; // → 5
 * @source Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 2; the rise of μ and the defaults: PyTorch
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  checkKeys("nadam(options)", "options", options, {
    beta1: true,
    beta2: true,
    epsilon: true,
    momentumDecay: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentumDecay = 4e-3 } = options;
  const where = "nadam(options)";
  checkSettings(where, {
    beta1: [beta1, BELOW_ONE],
    beta2: [beta2, BELOW_ONE],
    epsilon: [epsilon, POSITIVE],
    momentumDecay: [momentumDecay, NOT_NEGATIVE],
  });
  const momentumAt = (t: FloatNode): FloatNode => mul(beta1, sub(1, mul(0.5, pow(0.96, mul(t, momentumDecay)))));
  return parameterwise(where, { name: "nadam", learningRate: 2e-3, ...options }, ({ count, shared }) => {
    const [now, next] = [momentumAt(count()), momentumAt(add(count(), 1))];
    const product = shared.carry("momentumProduct", mul(shared.last("momentumProduct", 1), now));
    const ofGradient = div(sub(1, now), sub(1, product));
    const ofMoment = div(next, sub(1, mul(product, next)));
    const ofRoot = div(1, sqrt(sub(1, pow(beta2, count()))));
    return ({ gradient, last, carry }) => {
      const m = carry("m", runningMean(beta1, last("m"), gradient));
      const v = carry("v", runningMean(beta2, last("v"), square(gradient)));
      const mean = add(mul(ofMoment, m), mul(ofGradient, gradient));
      return div(mean, add(mul(ofRoot, sqrt(v)), epsilon));
    };
  });
}
