/** Lookahead: k steps forward, one step back. */
import { add, checkKeys, equal, initialValue, mul, select, sub, type FloatNode, type Update } from "@unfold/core";
import { checkSettings, COUNT, type SettingRange } from "../settings/check-setting.js";
import { optimizerOf, type Optimizer } from "./optimizer.js";
import { pathOf, stateLeaves } from "./state-leaves.js";

/** Settings of lookahead. */
export interface LookaheadOptions {
  /** Prefix of the paths of its state; two in one runtime need two names. Default "lookahead". */
  readonly name?: string;
  /** k, steps of the optimizer for one step of the slow weights, ≥ 1. Default 5. */
  readonly every?: number;
  /** α, how far the slow weights go towards the fast ones, in (0, 1]. Default 0.5. */
  readonly rate?: number;
}

const SHARE: SettingRange = { words: "in (0, 1]", holds: (value) => value > 0 && value <= 1 };

/**
 * An optimizer whose weights are set back, every k steps, to slow weights that have gone a part of the way to them.
 *
 * every k steps: φ ← φ + α (w - φ); w ← φ
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", 1);
 * const optimizer = lookahead(sgd({ learningRate: 0.5 }), { every: 1 });
 * evaluate(optimizer.minimize(w).at(-1)[1]).item(); // → 0.75
 * @source Zhang et al. 2019, "Lookahead optimizer: k steps forward, 1 step back", algorithm 1
 */
export function lookahead(optimizer: Optimizer, options: LookaheadOptions = {}): Optimizer {
  checkKeys("lookahead(optimizer, options)", "options", options, { name: true, every: true, rate: true });
  const { name = "lookahead", every = 5, rate = 0.5 } = options;
  checkSettings("lookahead(optimizer, options)", { every: [every, COUNT], rate: [rate, SHARE] });
  const stateLeaf = stateLeaves(name);
  return optimizerOf((parameters, gradients, clip) => {
    const done = stateLeaf("step", []);
    const count = add(done, 1);
    const isDue = equal(count, every);
    const setBack = ([leaf, next]: Update): Update[] => {
      if (!parameters.includes(leaf as FloatNode)) return [[leaf, next]];
      const parameter = leaf as FloatNode;
      const slow = stateLeaf(`slow/${pathOf(parameter)}`, parameter.shape, initialValue(parameter));
      const nextSlow = select(isDue, add(slow, mul(rate, sub(next as FloatNode, slow))), slow);
      return [
        [slow, nextSlow],
        [parameter, select(isDue, nextSlow, next as FloatNode)],
      ];
    };
    return [[done, select(isDue, 0, count)], ...optimizer.apply(parameters, gradients, clip).flatMap(setBack)];
  }, optimizer.learningRate);
}
