/** The bold driver: faster while the error falls, back and slower when it rises. */
import {
  checkKeys,
  equal,
  initialValue,
  lessEqual,
  logicalNot,
  mul,
  select,
  type FloatNode,
  type Update,
} from "@unfold/core";
import { checkSettings, POSITIVE, type SettingRange } from "../settings/check-setting.js";
import type { MinimizeOptions, Optimizer } from "./optimizer.js";
import { sgd } from "./sgd.js";
import { stateLeaves } from "./state-leaves.js";

/** Settings of the bold driver. */
export interface BoldDriverOptions {
  /** Prefix of the paths of its state; two in one runtime need two names. Default "boldDriver". */
  readonly name?: string;
  /** η at first, > 0. */
  readonly learningRate: number;
  /** What the rate is multiplied by when the error has fallen, ≥ 1. Default 1.05. */
  readonly increase?: number;
  /** What the rate is multiplied by when the error has risen, in (0, 1). Default 0.5. */
  readonly decrease?: number;
  /** What makes the steps, from the rate; plain gradient descent unless given. */
  readonly optimizer?: (learningRate: FloatNode) => Optimizer;
}

const AT_LEAST_ONE: SettingRange = {
  words: "a finite number ≥ 1",
  holds: (value) => value >= 1 && Number.isFinite(value),
};
const INSIDE: SettingRange = { words: "in (0, 1)", holds: (value) => value > 0 && value < 1 };
/** Stands for the error before the first step; the largest f32. */
const NONE_YET = (2 - 2 ** -23) * 2 ** 127;

/**
 * Gradient descent that sets its own learning rate: it grows by 5 % whenever the error has fallen; when the error has
 * risen, or is not a number, the weights from before are restored, together with the optimizer's state, and the rate is
 * halved. The loss must be that of the whole data: on minibatches it rises by chance.
 *
 * @returns an optimizer's `minimize`, and the rate of the last update as a node
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const runtime = await createRuntime();
 * const driver = boldDriver({ learningRate: 4 });
 * const step = await runtime.compile({ updates: driver.minimize(mul(w, w)) });
 * for (let i = 0; i < 50; i++) step.run({});
 * Math.abs(runtime.read(w).item()) < 0.001; // → true
 * @source Vogl et al. 1988, "Accelerating the convergence of the back-propagation method"; factors: Battiti 1989
 */
export function boldDriver(
  options: BoldDriverOptions,
): Pick<Optimizer, "minimize"> & { readonly learningRate: FloatNode } {
  checkKeys("boldDriver(options)", "options", options, {
    name: true,
    learningRate: true,
    increase: true,
    decrease: true,
    optimizer: true,
  });
  const { name = "boldDriver", learningRate, increase = 1.05, decrease = 0.5 } = options;
  checkSettings("boldDriver(options)", {
    learningRate: [learningRate, POSITIVE],
    increase: [increase, AT_LEAST_ONE],
    decrease: [decrease, INSIDE],
  });
  const { optimizer = (rate: FloatNode) => sgd({ name: `${name}/sgd`, learningRate: rate }) } = options;
  const stateLeaf = stateLeaves(name);
  const rate = stateLeaf("rate", [], learningRate);
  const lastError = stateLeaf("error", [], NONE_YET);
  const minimize = (loss: FloatNode, minimizeOptions?: MinimizeOptions): Update[] => {
    const hasRisen = logicalNot(lessEqual(loss, lastError));
    const grown = select(equal(lastError, NONE_YET), rate, mul(increase, rate));
    const nextRate = select(hasRisen, mul(decrease, rate), grown);
    const steps = optimizer(nextRate).minimize(loss, minimizeOptions);
    const restorable = steps.flatMap(([leaf, next]): Update[] => {
      const saved = stateLeaf(`saved/${leaf.label!}`, leaf.shape, initialValue(leaf));
      return [
        [saved, select(hasRisen, saved, leaf)],
        [leaf, select(hasRisen, saved, next)],
      ];
    });
    return [[rate, nextRate], [lastError, select(hasRisen, lastError, loss)], ...restorable];
  };
  return { minimize, learningRate: rate };
}
