/** Adagrad: each element's steps shrink with the squares of its gradients so far. */
import { add, div, mul, sqrt, square, sub, type Update } from "@unfold/core";
import { checkSetting, makeOptimizer, pathOf, stateLeaves, type Optimizer, type Scalar } from "./optimizer.js";

/** Settings of Adagrad. */
export interface AdagradOptions {
  /** η, > 0, per update; a number, or a scalar node to change it from run to run. Default 0.01. */
  readonly learningRate?: Scalar;
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
 * @throws ValueError OPTIMIZER_SETTING if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const [, [target, next]] = adagrad({ learningRate: 0.5 }).minimize(mul(w, w));
 * Math.abs(evaluate(next).item() - 0.5) < 1e-9; // → true
 * @source Duchi et al. 2011, "Adaptive subgradient methods for online learning and stochastic optimization", figure 1; ε outside the root and the defaults: PyTorch
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { learningRate = 0.01, epsilon = 1e-10, initialAccumulator = 0 } = options;
  const where = "adagrad(options)";
  const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value);
  checkSetting(where, "learningRate", learningRate, isPositive, "a finite number > 0");
  checkSetting(where, "epsilon", epsilon, isPositive, "a finite number > 0");
  checkSetting(
    where,
    "initialAccumulator",
    initialAccumulator,
    (value) => value >= 0 && Number.isFinite(value),
    "a finite number ≥ 0",
  );
  const stateLeaf = stateLeaves("adagrad");
  return makeOptimizer((parameters, gradients) =>
    parameters.flatMap((parameter, i): Update[] => {
      const gradient = gradients[i]!;
      const total = stateLeaf(`sum/${pathOf(parameter)}`, parameter.shape, initialAccumulator);
      const next = add(total, square(gradient));
      const step = div(gradient, add(sqrt(next), epsilon));
      return [
        [total, next],
        [parameter, sub(parameter, mul(learningRate, step))],
      ];
    }),
  );
}
