/** Gradients kept in bounds before an optimizer sees them. */
import { clamp, div, maximum, mul, sqrt, square, sum, type FloatNode } from "@unfold/core";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import { clipByGlobalNorm } from "./clip-by-global-norm.js";

/** Limits of gradients, applied in this order; none unless given. Each is a finite number > 0. */
export interface ClipOptions {
  /** Largest absolute value of an element. */
  readonly clipValue?: number;
  /** Largest norm of the gradient of one parameter. */
  readonly clipNorm?: number;
  /** Largest norm of all gradients together. */
  readonly clipGlobalNorm?: number;
  /** Largest norm of a unit's gradient over the norm of its weights, such as 0.01. */
  readonly clipAdaptive?: number;
}

/** Weights of a unit count as being this large at least, so that those that start at zero can move. */
const SMALLEST_NORM = 1e-3;

/** The gradients within all limits that are given. @throws ValueError SETTING_RANGE */
export function clipGradients(
  parameters: readonly FloatNode[],
  gradients: readonly FloatNode[],
  { clipValue, clipNorm, clipGlobalNorm, clipAdaptive }: ClipOptions = {},
): readonly FloatNode[] {
  let clipped = gradients;
  if (clipValue !== undefined) clipped = clipped.map((gradient) => clipByValue(gradient, clipValue));
  if (clipNorm !== undefined) clipped = clipped.map((gradient) => clipByNorm(gradient, clipNorm));
  if (clipGlobalNorm !== undefined) clipped = clipByGlobalNorm(clipped, clipGlobalNorm).gradients;
  if (clipAdaptive !== undefined)
    clipped = clipped.map((gradient, i) => clipAdaptively(parameters[i]!, gradient, clipAdaptive));
  return clipped;
}

/**
 * The gradient with every element in [-limit, limit].
 *
 * @shapes gradient: f32[...S] -> f32[...S]
 * @throws ValueError SETTING_RANGE if limit is not a finite number > 0.
 * @example
 * evaluate(clipByValue(constant([3, -0.5]), 1)).data; // → [1, -0.5]
 */
export function clipByValue(gradient: FloatNode, limit: number): FloatNode {
  checkSetting("clipByValue(gradient, limit)", "limit", limit, POSITIVE);
  return clamp(gradient, -limit, limit);
}

/**
 * The gradient scaled down so that its norm is at most maxNorm.
 *
 * g · maxNorm / max(‖g‖, maxNorm)
 *
 * @shapes gradient: f32[...S] -> f32[...S]
 * @throws ValueError SETTING_RANGE if maxNorm is not a finite number > 0.
 * @example
 * evaluate(clipByNorm(constant([3, 4]), 5)).data; // → [3, 4]
 */
export function clipByNorm(gradient: FloatNode, maxNorm: number): FloatNode {
  checkSetting("clipByNorm(gradient, maxNorm)", "maxNorm", maxNorm, POSITIVE);
  return mul(gradient, div(maxNorm, maximum(sqrt(sum(square(gradient))), maxNorm)));
}

/**
 * The gradient with the part of each unit scaled down to at most a share of its weights' norm. A unit is a column of a
 * weight `[...inputs, units]`; a vector or a scalar is one unit.
 *
 * g_u · λ max(‖w_u‖, 0.001) / max(‖g_u‖, λ max(‖w_u‖, 0.001))
 *
 * @shapes parameter: f32[...S], gradient: f32[...S] -> f32[...S]
 * @param share - λ, a finite number > 0
 * @throws ValueError SETTING_RANGE if the share is not a finite number > 0.
 * @example
 * evaluate(clipAdaptively(constant([[3], [4]]), constant([[6], [8]]), 1)).data; // → [3, 4]
 * @source Brock et al. 2021, "High-performance large-scale image recognition without normalization", equation 3
 */
export function clipAdaptively(parameter: FloatNode, gradient: FloatNode, share: number): FloatNode {
  checkSetting("clipAdaptively(parameter, gradient, share)", "share", share, POSITIVE);
  const rank = parameter.shape.length;
  const axes = Array.from({ length: rank <= 1 ? rank : rank - 1 }, (_, axis) => axis);
  const unitNorm = (x: FloatNode): FloatNode => sqrt(sum(square(x), { axes, keepDims: true }));
  const limit = mul(share, maximum(unitNorm(parameter), SMALLEST_NORM));
  return mul(gradient, div(limit, maximum(unitNorm(gradient), limit)));
}
