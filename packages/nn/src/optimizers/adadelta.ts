/** Adadelta: steps in the parameter's own unit, from running means of gradients and of steps. */
import { add, checkKeys, div, mul, sqrt, square } from "@unfold/core";
import { BELOW_ONE, checkSettings, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of Adadelta; the learning rate is 1 unless given, as in the paper. */
export interface AdadeltaOptions extends ParameterwiseOptions {
  /** ρ, decay of both running means, in [0, 1). Default 0.9. */
  readonly rho?: number;
  /** ε, what the first steps grow from, > 0. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Adadelta.
 *
 * v ← ρ v + (1 - ρ) g²; Δ = √(u + ε) / √(v + ε) · g; u ← ρ u + (1 - ρ) Δ²; w ← w - η Δ
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * adadelta().minimize(mul(w, w)).length; // → 3
 * @source Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkKeys("adadelta(options)", "options", options, {
    rho: true,
    epsilon: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { rho = 0.9, epsilon = 1e-6 } = options;
  const where = "adadelta(options)";
  checkSettings(where, { rho: [rho, BELOW_ONE], epsilon: [epsilon, POSITIVE] });
  return parameterwise(where, { name: "adadelta", learningRate: 1, ...options }, () => ({ gradient, last, carry }) => {
    const v = carry("v", runningMean(rho, last("v"), square(gradient)));
    const step = mul(div(sqrt(add(last("u"), epsilon)), sqrt(add(v, epsilon))), gradient);
    carry("u", runningMean(rho, last("u"), square(step)));
    return step;
  });
}
