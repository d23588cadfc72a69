/** Root mean square normalization: every vector of features with mean square 1. */
import { add, checkKeys, div, mean, mul, sqrt, square, type FloatNode } from "@unfold/core";
import { initializedParam } from "../initializers/initializer.js";
import { filledWith } from "../initializers/simple.js";
import { checkLastAxis } from "./check-last-axis.js";
import { checkSizes } from "./check-sizes.js";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import type { Layer } from "./layer.js";

/** How a root mean square normalization is made. */
export interface RmsNormOptions {
  /** Prefix of the parameter path. Default "rmsNorm". */
  readonly name?: string;
  /** Size of the last axis, ≥ 1. */
  readonly units: number;
  /** ε, added to the mean square, > 0. Default 1e-5. */
  readonly epsilon?: number;
}

/** A root mean square normalization: its parameter by name, and what it does. */
export interface RmsNorm extends Layer {
  readonly parameters: { readonly weight: FloatNode };
}

/**
 * Root mean square normalization over the last axis: layer normalization without the mean.
 *
 * y = w x / √(mean(x²) + ε)
 *
 * w starts at 1.
 *
 * @shapes x: f32[...S, units] -> f32[...S, units]; weight: [units]
 * @throws ValueError LAYER_SIZE if units is not a whole number ≥ 1; SETTING_RANGE if epsilon is not a finite number above 0. ShapeError LAYER_INPUT, from apply, if the last axis of x is not units.
 * @example
 * const y = rmsNorm({ units: 2 }).apply(constant([[1, 7]]));
 * Array.from(evaluate(y).data, (element) => element.toFixed(3)); // → ["0.200", "1.400"]
 * @source Zhang & Sennrich 2019, "Root mean square layer normalization", equation 4
 */
export function rmsNorm(options: RmsNormOptions): RmsNorm {
  checkKeys("rmsNorm(options)", "options", options, { name: true, units: true, epsilon: true });
  const { name = "rmsNorm", units, epsilon = 1e-5 } = options;
  const where = `rmsNorm("${name}")`;
  checkSizes(where, { units });
  checkSetting(where, "epsilon", epsilon, POSITIVE);
  const weight = initializedParam(`${name}/weight`, [units], filledWith(1), 0);
  return {
    name,
    parameters: { weight },
    apply: (x) => {
      checkLastAxis(`${where}.apply(x)`, "x", x, units);
      const meanSquare = mean(square(x), { axes: -1, keepDims: true });
      return mul(div(x, sqrt(add(meanSquare, epsilon))), weight);
    },
  };
}
