/** Layer normalization: every vector of features with mean 0 and variance 1, whatever the batch is. */
import { add, checkKeys, div, mean, mul, sqrt, sub, variance, type FloatNode } from "@unfold/core";
import { filledWith, zeros } from "../initializers/simple.js";
import { initializedParam } from "../initializers/initializer.js";
import { checkLastAxis } from "./check-last-axis.js";
import { checkSizes } from "./check-sizes.js";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import type { Layer } from "./layer.js";

/** How a layer normalization is made. */
export interface LayerNormOptions {
  /** Prefix of the parameter paths. Default "layerNorm". */
  readonly name?: string;
  /** Size of the last axis, ≥ 1. */
  readonly units: number;
  /** ε, added to the variance, > 0. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether to add a bias. Default true. */
  readonly bias?: boolean;
}

/** A layer normalization: its parameters by name, and what it does. */
export interface LayerNorm extends Layer {
  readonly parameters: { readonly weight: FloatNode; readonly bias?: FloatNode };
}

/**
 * Layer normalization over the last axis.
 *
 * y = w (x - mean(x)) / √(var(x) + ε) + b
 *
 * w starts at 1, b at 0.
 *
 * @shapes x: f32[...S, units] -> f32[...S, units]; weight, bias: [units]
 * @throws ValueError LAYER_SIZE if units is not a whole number ≥ 1; SETTING_RANGE if epsilon is not a finite number above 0. ShapeError LAYER_INPUT, from apply, if the last axis of x is not units.
 * @example
 * const y = layerNorm({ units: 2 }).apply(constant([[1, 3]]));
 * Array.from(evaluate(y).data, (element) => element.toFixed(3)); // → ["-1.000", "1.000"]
 * @source Ba et al. 2016, "Layer normalization", equation 3; ε: PyTorch
 */
export function layerNorm(options: LayerNormOptions): LayerNorm {
  checkKeys("layerNorm(options)", "options", options, { name: true, units: true, epsilon: true, bias: true });
  const { name = "layerNorm", units, epsilon = 1e-5, bias: hasBias = true } = options;
  const where = `layerNorm("${name}")`;
  checkSizes(where, { units });
  checkSetting(where, "epsilon", epsilon, POSITIVE);
  const weight = initializedParam(`${name}/weight`, [units], filledWith(1), 0);
  const bias = hasBias ? initializedParam(`${name}/bias`, [units], zeros, 0) : undefined;
  return {
    name,
    parameters: bias === undefined ? { weight } : { weight, bias },
    apply: (x) => {
      checkLastAxis(`${where}.apply(x)`, "x", x, units);
      const over = { axes: -1, keepDims: true };
      const deviation = sqrt(add(variance(x, over), epsilon));
      const scaled = mul(div(sub(x, mean(x, over)), deviation), weight);
      return bias === undefined ? scaled : add(scaled, bias);
    },
  };
}
