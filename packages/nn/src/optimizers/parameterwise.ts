/** Optimizers that step each parameter by itself: what all of them have in common. */
import { add, mul, sub, type FloatNode } from "@unfold/core";
import { rateOf, type LearningRate } from "../schedules/learning-rate.js";
import { checkSettings, NOT_NEGATIVE, POSITIVE } from "../settings/check-setting.js";
import { makeOptimizer, type Optimizer } from "./optimizer.js";
import { pathOf, stateLeaves } from "./state-leaves.js";

/** Settings that all optimizers take. */
export interface ParameterwiseOptions {
  /** Prefix of the paths of its state; two in one runtime need two names. */
  readonly name?: string;
  /** η, > 0, per update: a number, a scalar node to change it from run to run, or a schedule of the updates done. */
  readonly learningRate?: LearningRate;
  /** λ, ≥ 0: λ w is added to the gradient, as an L2 penalty does. Default 0. */
  readonly weightDecay?: number;
  /** λ, ≥ 0: η λ w is taken from the parameter beside the step, as in AdamW. Default 0. */
  readonly decoupledWeightDecay?: number;
}

/** Arrays carried from update to update, such as moments. */
export interface Carried {
  /** The value before this update; every element starts from `initial`, 0 unless given. */
  readonly last: (name: string, initial?: number) => FloatNode;
  /** Sets the value after this update. @returns it */
  readonly carry: (name: string, next: FloatNode) => FloatNode;
}

/** What one update has in common for all parameters. */
export interface UpdateContext {
  /** t, the number of this update, from 1: a counter is kept for it. */
  readonly count: () => FloatNode;
  /** Numbers carried for all parameters together. */
  readonly shared: Carried;
}

/** One parameter in one update, and what is carried for it, arrays of its shape. */
export interface ParameterContext extends Carried {
  readonly parameter: FloatNode;
  readonly gradient: FloatNode;
}

/** From what is shared in one update to the step of each parameter, to be multiplied by the learning rate and subtracted. */
export type ParameterwiseRule = (update: UpdateContext) => (context: ParameterContext) => FloatNode;

/**
 * An optimizer from a rule for one parameter: w ← w - η step.
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * // momentum, written by oneself
 * const momentum = parameterwise("own(options)", { name: "own", learningRate: 0.5 }, () => ({ gradient, last, carry }) =>
 *   carry("velocity", add(mul(0.9, last("velocity")), gradient)),
 * );
 * const w = param("w", 3);
 * momentum.minimize(mul(w, w)).length; // → 2
 */
export function parameterwise(
  where: string,
  options: ParameterwiseOptions & { readonly name: string; readonly learningRate: LearningRate },
  rule: ParameterwiseRule,
): Optimizer {
  const { name, learningRate, weightDecay = 0, decoupledWeightDecay = 0 } = options;
  checkSettings(where, {
    ...(typeof learningRate !== "function" && { learningRate: [learningRate, POSITIVE] }),
    weightDecay: [weightDecay, NOT_NEGATIVE],
    decoupledWeightDecay: [decoupledWeightDecay, NOT_NEGATIVE],
  });
  const stateLeaf = stateLeaves(name);
  const rate = rateOf(learningRate, stateLeaf("step", []));
  return makeOptimizer((parameters, gradients) => {
    const updates = new Map<FloatNode, FloatNode>();
    const carried = (pathFor: (key: string) => string, shape: readonly number[]): Carried => {
      const last: Carried["last"] = (key, initial) => stateLeaf(pathFor(key), shape, initial);
      return {
        last,
        carry: (key, next) => {
          updates.set(last(key), next);
          return next;
        },
      };
    };
    const shared = carried((key) => key, []);
    const count = (): FloatNode => shared.carry("step", add(shared.last("step"), 1));
    if (typeof learningRate === "function") count();
    const stepOf = rule({ count, shared });
    parameters.forEach((parameter, i) => {
      const path = pathOf(parameter);
      const gradient = gradients[i]!;
      const step = stepOf({
        parameter,
        gradient: weightDecay === 0 ? gradient : add(gradient, mul(weightDecay, parameter)),
        ...carried((key) => `${key}/${path}`, parameter.shape),
      });
      const decayed =
        decoupledWeightDecay === 0 ? parameter : sub(parameter, mul(mul(rate, decoupledWeightDecay), parameter));
      updates.set(parameter, sub(decayed, mul(rate, step)));
    });
    return [...updates];
  }, rate);
}
