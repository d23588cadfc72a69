/** Lion: steps of one size, in the direction of an average's sign. */
import { add, checkKeys, mul, sign } from "@unfold/core";
import { BELOW_ONE, checkSettings } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of Lion; the learning rate is 0.0001 unless given, weight decay is decoupled. */
export interface LionOptions extends ParameterwiseOptions {
  /** β1, how much of the average the direction keeps, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β2, decay of the average, in [0, 1). Default 0.99. */
  readonly beta2?: number;
}

/**
 * Lion.
 *
 * w ← w - η sign(β1 m + (1 - β1) g) - η λ w; m ← β2 m + (1 - β2) g
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * lion().minimize(mul(w, w)).length; // → 2
 * @source Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2
 */
export function lion(options: LionOptions = {}): Optimizer {
  checkKeys("lion(options)", "options", options, {
    beta1: true,
    beta2: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  const where = "lion(options)";
  checkSettings(where, { beta1: [beta1, BELOW_ONE], beta2: [beta2, BELOW_ONE] });
  return parameterwise(where, { name: "lion", learningRate: 1e-4, ...options }, () => ({ gradient, last, carry }) => {
    const direction = add(mul(beta1, last("m")), mul(1 - beta1, gradient));
    carry("m", runningMean(beta2, last("m"), gradient));
    return sign(direction);
  });
}
