/** Weights updated once every N steps, with the mean of N gradients. */
import { add, div, equal, select, type Update } from "@unfold/core";
import { checkSetting, COUNT } from "../settings/check-setting.js";
import { optimizerOf, type Optimizer } from "./optimizer.js";
import { pathOf, stateLeaves } from "./state-leaves.js";

/**
 * An optimizer that adds up the gradients of N steps and then updates once with their mean: one update on a minibatch N
 * times as large, if the loss is a mean. Gradients are clipped when they have been added up; the optimizer's counter and
 * schedule count its updates.
 *
 * @param every - N, steps for one update, ≥ 1
 * @param name - prefix of the paths of its state; two in one runtime need two names. Default "accumulate"
 * @throws ValueError SETTING_RANGE if every is not a whole number ≥ 1.
 * @example
 * const w = param("w", 1);
 * const runtime = await createRuntime();
 * const optimizer = accumulateGradients(sgd({ learningRate: 0.5 }), 2);
 * const step = await runtime.compile({ updates: optimizer.minimize(mul(w, 0.5)) });
 * step.run({});
 * runtime.read(w).item(); // → 1
 * step.run({});
 * runtime.read(w).item(); // → 0.75
 */
export function accumulateGradients(optimizer: Optimizer, every: number, name = "accumulate"): Optimizer {
  checkSetting("accumulateGradients(optimizer, every)", "every", every, COUNT);
  const stateLeaf = stateLeaves(name);
  return optimizerOf((parameters, gradients, clip) => {
    const done = stateLeaf("step", []);
    const count = add(done, 1);
    const isDue = equal(count, every);
    const sums = parameters.map((parameter) => stateLeaf(`sum/${pathOf(parameter)}`, parameter.shape));
    const totals = sums.map((sum, i) => add(sum, gradients[i]!));
    const means = totals.map((total) => div(total, every));
    const updates = optimizer
      .apply(parameters, means, clip)
      .map(([leaf, next]): Update => [leaf, select(isDue, next, leaf)]);
    return [
      [done, select(isDue, 0, count)],
      ...sums.map((sum, i): Update => [sum, select(isDue, 0, totals[i]!)]),
      ...updates,
    ];
  }, optimizer.learningRate);
}
