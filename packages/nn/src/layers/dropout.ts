/** Dropout: in training, some elements are zero. */
import { checkKeys, mul, normalizeAxes, randomBernoulli, select } from "@unfold/core";
import { BELOW_ONE, checkSetting } from "../settings/check-setting.js";
import type { Layer } from "./layer.js";

/** How a dropout layer is made. */
export interface DropoutOptions {
  /** What its random numbers depend on, besides the mode's seed. Default "dropout". */
  readonly name?: string;
  /** p, how likely an element is dropped, in [0, 1). */
  readonly rate: number;
  /**
   * Axes along which one choice holds for all elements, negative from the end: 0 of a time-major sequence drops a feature at
   * all steps or none, the axes of positions drop whole channels. None unless given.
   */
  readonly sharedAxes?: readonly number[];
}

/**
 * Dropout. Without a mode it gives x as it is.
 *
 * y = x m / (1 - p), each m 0 with probability p, else 1
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @throws ValueError SETTING_RANGE if the rate is not in [0, 1). ShapeError AXIS_RANGE, from apply, if a shared axis is not one of x.
 * @example
 * const layer = dropout({ rate: 0.5 });
 * const x = constant([1, 1, 1, 1]);
 * evaluate(layer.apply(x)).data; // → [1, 1, 1, 1]
 * evaluate(layer.apply(x, trainingMode(4))).data.every((element) => element === 0 || element === 2); // → true
 * @source Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"; scaled in training, section 10; shared over time: Gal & Ghahramani 2016
 */
export function dropout(options: DropoutOptions): Layer {
  checkKeys("dropout(options)", "options", options, { name: true, rate: true, sharedAxes: true });
  const { name = "dropout", rate, sharedAxes = [] } = options;
  checkSetting(`dropout("${name}")`, "rate", rate, BELOW_ONE);
  return {
    name,
    parameters: {},
    apply: (x, mode) => {
      const shared = normalizeAxes(`dropout("${name}").apply(x)`, sharedAxes, x.shape.length);
      if (mode === undefined || rate === 0) return x;
      const shape = x.shape.map((extent, axis) => (shared.includes(axis) ? 1 : extent));
      const kept = randomBernoulli(mode.key(name), 1 - rate, shape);
      return select(kept, mul(x, 1 / (1 - rate)), 0);
    },
  };
}
