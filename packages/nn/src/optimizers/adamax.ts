/** Adamax: Adam with the largest gradient of late in place of the second moment. */
import { abs, add, checkKeys, div, maximum, mul, pow, sub } from "@unfold/core";
import { BELOW_ONE, checkSettings, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of Adamax; the learning rate is 0.002 unless given. */
export interface AdamaxOptions extends ParameterwiseOptions {
  /** β1, decay of the first moment, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β2, decay of the largest gradient, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, keeps the step finite where gradients are zero, > 0. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adamax.
 *
 * m ← β1 m + (1 - β1) g; u ← max(β2 u, |g| + ε); w ← w - α / (1 - β1ᵗ) · m / u
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * adamax().minimize(mul(w, w)).length; // → 4
 * @source Kingma & Ba 2015, algorithm 2; ε as in PyTorch
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkKeys("adamax(options)", "options", options, {
    beta1: true,
    beta2: true,
    epsilon: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const where = "adamax(options)";
  checkSettings(where, { beta1: [beta1, BELOW_ONE], beta2: [beta2, BELOW_ONE], epsilon: [epsilon, POSITIVE] });
  return parameterwise(where, { name: "adamax", learningRate: 2e-3, ...options }, ({ count }) => {
    const correction = sub(1, pow(beta1, count()));
    return ({ gradient, last, carry }) => {
      const m = carry("m", runningMean(beta1, last("m"), gradient));
      const u = carry("u", maximum(mul(beta2, last("u")), add(abs(gradient), epsilon)));
      return div(m, mul(correction, u));
    };
  });
}
