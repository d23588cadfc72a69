/** Adagrad: each element's steps shrink with the squares of its gradients so far. */
import { add, checkKeys, div, sqrt, square } from "@unfold/core";
import { checkSettings, NOT_NEGATIVE, POSITIVE } from "../settings/check-setting.js";
import type { Optimizer } from "./optimizer.js";
import { parameterwise, type ParameterwiseOptions } from "./parameterwise.js";

/** Settings of Adagrad; the learning rate is 0.01 unless given. */
export interface AdagradOptions extends ParameterwiseOptions {
  /** ε, keeps the step finite where gradients have been zero, > 0. Default 1e-10. */
  readonly epsilon?: number;
  /** What the sum of squares starts from, ≥ 0. Default 0. */
  readonly initialAccumulator?: number;
}

/**
 * Adagrad, in its diagonal form.
 *
 * s ← s + g²; w ← w - η g / (√s + ε)
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const [, [target, next]] = adagrad({ learningRate: 0.5 }).minimize(mul(w, w));
 * Math.abs(evaluate(next).item() - 0.5) < 1e-9; // → true
 * @source Duchi et al. 2011, "Adaptive subgradient methods for online learning and stochastic optimization", figure 1; ε outside the root and the defaults: PyTorch
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkKeys("adagrad(options)", "options", options, {
    epsilon: true,
    initialAccumulator: true,
    name: true,
    learningRate: true,
    weightDecay: true,
    decoupledWeightDecay: true,
  });
  const { epsilon = 1e-10, initialAccumulator = 0 } = options;
  const where = "adagrad(options)";
  checkSettings(where, { epsilon: [epsilon, POSITIVE], initialAccumulator: [initialAccumulator, NOT_NEGATIVE] });
  return parameterwise(
    where,
    { name: "adagrad", learningRate: 0.01, ...options },
    () =>
      ({ gradient, last, carry }) => {
        const total = carry("sum", add(last("sum", initialAccumulator), square(gradient)));
        return div(gradient, add(sqrt(total), epsilon));
      },
  );
}
