/** Adam: steps scaled by running estimates of the gradient's first and second moments. */
import { add, div, mul, pow, sqrt, square, sub, type Update } from "@unfold/core";
import { checkSetting, makeOptimizer, pathOf, stateLeaves, type Optimizer, type Scalar } from "./optimizer.js";

/** Settings of Adam. */
export interface AdamOptions {
  /** Prefix of the paths of its moments; two Adams in one runtime need two names. Default "adam". */
  readonly name?: string;
  /** α, > 0, per update; a number, or a scalar node to change it from run to run. Default 0.001. */
  readonly learningRate?: Scalar;
  /** β1, decay of the first moment, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** β2, decay of the second moment, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** ε, keeps the step finite where gradients are zero, > 0. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam.
 *
 * m ← β1 m + (1 - β1) g; v ← β2 v + (1 - β2) g²; w ← w - α m̂ / (√v̂ + ε), m̂ = m / (1 - β1ᵗ), v̂ = v / (1 - β2ᵗ)
 *
 * @throws ValueError OPTIMIZER_SETTING if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * adam({ learningRate: 0.1 }).minimize(mul(w, w)).length; // → 4
 * @source Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { name = "adam", learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const where = "adam(options)";
  checkSetting(
    where,
    "learningRate",
    learningRate,
    (value) => value > 0 && Number.isFinite(value),
    "a finite number > 0",
  );
  checkSetting(where, "beta1", beta1, (value) => value >= 0 && value < 1, "in [0, 1)");
  checkSetting(where, "beta2", beta2, (value) => value >= 0 && value < 1, "in [0, 1)");
  checkSetting(where, "epsilon", epsilon, (value) => value > 0 && Number.isFinite(value), "a finite number > 0");
  const stateLeaf = stateLeaves(name);
  return makeOptimizer((parameters, gradients) => {
    const count = stateLeaf("step", []);
    const t = add(count, 1);
    const firstCorrection = sub(1, pow(beta1, t));
    const secondCorrection = sub(1, pow(beta2, t));
    const updates = parameters.flatMap((parameter, i): Update[] => {
      const gradient = gradients[i]!;
      const first = stateLeaf(`m/${pathOf(parameter)}`, parameter.shape);
      const second = stateLeaf(`v/${pathOf(parameter)}`, parameter.shape);
      const m = add(mul(beta1, first), mul(1 - beta1, gradient));
      const v = add(mul(beta2, second), mul(1 - beta2, square(gradient)));
      const step = div(div(m, firstCorrection), add(sqrt(div(v, secondCorrection)), epsilon));
      return [
        [first, m],
        [second, v],
        [parameter, sub(parameter, mul(learningRate, step))],
      ];
    });
    return [[count, t], ...updates];
  });
}
