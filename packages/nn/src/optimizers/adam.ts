/** Adam: steps scaled by running estimates of the gradient's first and second moments. */
import { add, checkKeys, div, maximum, mul, pow, sqrt, square, sub } from "@unfold/core";
import { BELOW_ONE, checkSettings, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";
import { runningMean } from "./running-mean.js";

/** Settings of Adam; the learning rate is 0.001 unless given. */
export interface AdamOptions extends ParameterwiseOptions {
  /** β1, decay of the first moment, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β2, decay of the second moment, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, keeps the step finite where gradients are zero, > 0. Default 1e-8. */
  readonly epsilon?: number;
  /** Whether to divide by the largest second moment so far: AMSGrad. Default false. */
  readonly amsgrad?: boolean;
}

/** What Adam can be told. */
const SETTINGS: { readonly [K in keyof AdamOptions]-?: true } = {
  beta1: true,
  beta2: true,
  epsilon: true,
  amsgrad: true,
  name: true,
  learningRate: true,
  weightDecay: true,
  decoupledWeightDecay: true,
};

/**
 * Adam.
 *
 * m ← β1 m + (1 - β1) g; v ← β2 v + (1 - β2) g²; w ← w - α m̂ / (√v̂ + ε), m̂ = m / (1 - β1ᵗ), v̂ = v / (1 - β2ᵗ)
 *
 * AMSGrad: v̂ = max(v so far) / (1 - β2ᵗ)
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * adam({ learningRate: 0.1 }).minimize(mul(w, w)).length; // → 4
 * @source Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1; AMSGrad: Reddi et al. 2018, "On the convergence of Adam and beyond", with PyTorch's bias correction
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkKeys("adam(options)", "options", options, SETTINGS);
  return adamAs("adam(options)", { name: "adam", learningRate: 1e-3, ...options });
}

/**
 * Adam with decoupled weight decay, 0.01 unless given.
 *
 * w ← w - α λ w - α m̂ / (√v̂ + ε)
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * adamW({ decoupledWeightDecay: 0.1 }).minimize(mul(w, w)).length; // → 4
 * @source Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2; the default: PyTorch
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  checkKeys("adamW(options)", "options", options, SETTINGS);
  return adamAs("adamW(options)", { name: "adamW", learningRate: 1e-3, decoupledWeightDecay: 0.01, ...options });
}

function adamAs(where: string, options: AdamOptions & Required<Pick<AdamOptions, "name" | "learningRate">>): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
  checkSettings(where, { beta1: [beta1, BELOW_ONE], beta2: [beta2, BELOW_ONE], epsilon: [epsilon, POSITIVE] });
  return parameterwise(where, options, ({ count }) => {
    // Numbers that multiply all elements: divisions and roots are what takes time.
    const ofFirst = div(1, sub(1, pow(beta1, count())));
    const ofRoot = div(1, sqrt(sub(1, pow(beta2, count()))));
    return ({ gradient, last, carry }) => {
      const m = carry("m", runningMean(beta1, last("m"), gradient));
      const v = carry("v", runningMean(beta2, last("v"), square(gradient)));
      const scale = amsgrad ? carry("vMax", maximum(last("vMax"), v)) : v;
      return div(mul(ofFirst, m), add(mul(ofRoot, sqrt(scale)), epsilon));
    };
  });
}
