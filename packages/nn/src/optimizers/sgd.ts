/** Stochastic gradient descent, with or without momentum. */
import { add, checkKeys, mul } from "@unfold/core";
import type { LearningRate } from "../schedules/learning-rate.js";
import { BELOW_ONE, checkSetting } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";

/** Settings of stochastic gradient descent. */
export interface SgdOptions extends ParameterwiseOptions {
  readonly learningRate: LearningRate;
  /** μ, how much of the last step is kept, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** Whether to step from where the momentum leads to: Nesterov's form. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent.
 *
 * v ← μ v + g; w ← w - η v (with μ = 0: w ← w - η g; Nesterov's: w ← w - η (g + μ v))
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const [[target, next]] = sgd({ learningRate: 0.1 }).minimize(mul(w, w));
 * evaluate(next).item(); // → 0.8
 * @source Polyak 1964; in this form Sutskever et al. 2013, with v scaled by the learning rate when applied; Nesterov's as in PyTorch
 */
export function sgd(options: SgdOptions): Optimizer {
  checkKeys("sgd(options)", "options", options, {
    learningRate: true,
    momentum: true,
    nesterov: true,
    name: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { momentum = 0, nesterov = false } = options;
  checkSetting("sgd(options)", "momentum", momentum, BELOW_ONE);
  return parameterwise("sgd(options)", { name: "sgd", ...options }, () => ({ gradient, last, carry }) => {
    if (momentum === 0) return gradient;
    const velocity = carry("velocity", add(mul(momentum, last("velocity")), gradient));
    return nesterov ? add(gradient, mul(momentum, velocity)) : velocity;
  });
}
