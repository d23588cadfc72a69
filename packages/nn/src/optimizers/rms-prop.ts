/** RMSProp: steps divided by the root of the running mean of squared gradients. */
import { add, checkKeys, div, maximum, mul, sqrt, square, sub } from "@unfold/core";
import { BELOW_ONE, checkSettings, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of RMSProp; the learning rate is 0.01 unless given. */
export interface RmsPropOptions extends ParameterwiseOptions {
  /** α, decay of the running means, in [0, 1). Default 0.99. */
  readonly decay?: number;
  /** ε, keeps the step finite where gradients are zero, > 0. Default 1e-8. */
  readonly epsilon?: number;
  /** Whether to divide by the gradients' standard deviation instead: the centered form. Default false. */
  readonly centered?: boolean;
  /** μ, how much of the last step is kept, in [0, 1). Default 0. */
  readonly momentum?: number;
}

/**
 * RMSProp.
 *
 * v ← α v + (1 - α) g²; centered: m ← α m + (1 - α) g, v - m² for v; d = g / (√v + ε); s ← μ s + d; w ← w - η s
 *
 * Rounding can leave v - m² below zero, where 0 is taken.
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * rmsProp({ centered: true }).minimize(mul(w, w)).length; // → 3
 * @source Tieleman & Hinton 2012, lecture 6.5; centered: Graves 2013, "Generating sequences with recurrent neural networks", equations 38 to 41; defaults: PyTorch
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  checkKeys("rmsProp(options)", "options", options, {
    decay: true,
    epsilon: true,
    centered: true,
    momentum: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { decay = 0.99, epsilon = 1e-8, centered = false, momentum = 0 } = options;
  const where = "rmsProp(options)";
  checkSettings(where, {
    decay: [decay, BELOW_ONE],
    epsilon: [epsilon, POSITIVE],
    momentum: [momentum, BELOW_ONE],
  });
  return parameterwise(
    where,
    { name: "rmsProp", learningRate: 0.01, ...options },
    () =>
      ({ gradient, last, carry }) => {
        const meanSquare = carry("v", runningMean(decay, last("v"), square(gradient)));
        const spread = centered
          ? maximum(sub(meanSquare, square(carry("m", runningMean(decay, last("m"), gradient)))), 0)
          : meanSquare;
        const step = div(gradient, add(sqrt(spread), epsilon));
        return momentum === 0 ? step : carry("velocity", add(mul(momentum, last("velocity")), step));
      },
  );
}
