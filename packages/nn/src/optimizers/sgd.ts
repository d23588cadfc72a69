/** Stochastic gradient descent, with or without momentum. */
import { add, mul, sub, type Update } from "@unfold/core";
import { checkSetting, makeOptimizer, pathOf, stateLeaves, type Optimizer, type Scalar } from "./optimizer.js";

/** Settings of stochastic gradient descent. */
export interface SgdOptions {
  /** Prefix of the paths of its momenta; two in one runtime need two names. Default "sgd". */
  readonly name?: string;
  /** η, > 0, per update; a number, or a scalar node to change it from run to run. */
  readonly learningRate: Scalar;
  /** μ, how much of the last step is kept, in [0, 1). Default 0. */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent.
 *
 * v ← μ v + g; w ← w - η v (with μ = 0: w ← w - η g)
 *
 * @throws ValueError OPTIMIZER_SETTING if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const [[target, next]] = sgd({ learningRate: 0.1 }).minimize(mul(w, w));
 * evaluate(next).item(); // → 0.8
 * @source Polyak 1964; in this form Sutskever et al. 2013, with v scaled by the learning rate when applied
 */
export function sgd(options: SgdOptions): Optimizer {
  const { name = "sgd", learningRate, momentum = 0 } = options;
  checkSetting(
    "sgd(options)",
    "learningRate",
    learningRate,
    (value) => value > 0 && Number.isFinite(value),
    "a finite number > 0",
  );
  checkSetting("sgd(options)", "momentum", momentum, (value) => value >= 0 && value < 1, "in [0, 1)");
  const stateLeaf = stateLeaves(name);
  return makeOptimizer((parameters, gradients) =>
    parameters.flatMap((parameter, i): Update[] => {
      const gradient = gradients[i]!;
      if (momentum === 0) return [[parameter, sub(parameter, mul(learningRate, gradient))]];
      const velocity = stateLeaf(`velocity/${pathOf(parameter)}`, parameter.shape);
      const next = add(mul(momentum, velocity), gradient);
      return [
        [velocity, next],
        [parameter, sub(parameter, mul(learningRate, next))],
      ];
    }),
  );
}
