/** Batch normalization: every feature with mean 0 and variance 1 over the batch. */
import {
  add,
  checkKeys,
  describe,
  div,
  mean,
  mul,
  ShapeError,
  sqrt,
  state,
  sub,
  variance,
  type FloatNode,
} from "@unfold/core";
import { filledWith, zeros } from "../initializers/simple.js";
import { initializedParam } from "../initializers/initializer.js";
import { checkSettings, POSITIVE, type SettingRange } from "../settings/check-setting.js";
import type { TrainingMode } from "./training-mode.js";
import { checkLastAxis } from "./check-last-axis.js";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** How a batch normalization is made. */
export interface BatchNormOptions {
  /** Prefix of the paths of parameters and states. Default "batchNorm". */
  readonly name?: string;
  /** Size of the last axis, ≥ 1. */
  readonly units: number;
  /** ε, added to the variance, > 0. Default 1e-5. */
  readonly epsilon?: number;
  /** α, how much of the running statistics each batch replaces, in (0, 1]. Default 0.1. */
  readonly momentum?: number;
}

/** A batch normalization: parameters and running statistics by name, and what it does. */
export interface BatchNorm extends Layer {
  readonly parameters: { readonly weight: FloatNode; readonly bias: FloatNode };
  /** What it evaluates with, `[units]` each: states that training writes. */
  readonly statistics: { readonly mean: FloatNode; readonly variance: FloatNode };
}

const MOMENTUM: SettingRange = { words: "in (0, 1]", holds: (value) => value > 0 && value <= 1 };

/**
 * Batch normalization over all axes but the last.
 *
 * y = w (x - mean) / √(var + ε) + b
 *
 * With a training mode, mean and variance are those of the batch, and the running ones move towards them:
 * r ← (1 - α) r + α batch, the variance with n / (n - 1) (Bessel's correction). Without one they are the running ones. w starts
 * at 1, b at 0, the running mean at 0, the running variance at 1.
 *
 * @shapes x: f32[...S, units] -> f32[...S, units]; weight, bias, mean, variance: [units]
 * @throws ValueError LAYER_SIZE if units is not a whole number ≥ 1; SETTING_RANGE if epsilon is not a finite number > 0 or momentum is not in (0, 1]. From apply: ShapeError LAYER_INPUT if the last axis of x is not units; BATCH_TOO_SMALL, in training, if there are fewer than two positions. GraphError UPDATE_TWICE, in training, if it is applied twice in a step.
 * @example
 * const layer = batchNorm({ units: 1 });
 * const y = layer.apply(constant([[1], [3]]), trainingMode(1));
 * Array.from(evaluate(y).data, (element) => element.toFixed(3)); // → ["-1.000", "1.000"]
 * @source Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal covariate shift", algorithms 1 and 2; moving averages as in PyTorch
 */
export function batchNorm(options: BatchNormOptions): BatchNorm {
  checkKeys("batchNorm(options)", "options", options, { name: true, units: true, epsilon: true, momentum: true });
  const { name = "batchNorm", units, epsilon = 1e-5, momentum = 0.1 } = options;
  const where = `batchNorm("${name}")`;
  checkSizes(where, { units });
  checkSettings(where, { epsilon: [epsilon, POSITIVE], momentum: [momentum, MOMENTUM] });
  const weight = initializedParam(`${name}/weight`, [units], filledWith(1), 0);
  const bias = initializedParam(`${name}/bias`, [units], zeros, 0);
  const statistics = {
    mean: state(`${name}/mean`, new Float32Array(units)),
    variance: state(`${name}/variance`, new Float32Array(units).fill(1)),
  };
  return {
    name,
    parameters: { weight, bias },
    statistics,
    apply: (x, mode) => {
      checkLastAxis(`${where}.apply(x)`, "x", x, units);
      const used = mode === undefined ? statistics : batchStatistics(`${where}.apply(x, mode)`, x);
      if (mode !== undefined) followBatch(mode, statistics, x, used, momentum);
      const normalized = div(sub(x, used.mean), sqrt(add(used.variance, epsilon)));
      return add(mul(normalized, weight), bias);
    },
  };
}

function batchStatistics(where: string, x: FloatNode): BatchNorm["statistics"] {
  const axes = positionsOf(x);
  if (countOf(x) > 1) return { mean: mean(x, { axes }), variance: variance(x, { axes }) };
  throw new ShapeError({
    code: "BATCH_TOO_SMALL",
    where,
    rule: "there must be at least two positions to normalize over",
    got: describe(x),
    fix: "Train with a larger batch, or use layerNorm",
  });
}

function followBatch(
  mode: TrainingMode,
  running: BatchNorm["statistics"],
  x: FloatNode,
  batch: BatchNorm["statistics"],
  momentum: number,
): void {
  const count = countOf(x);
  const mix = (old: FloatNode, next: FloatNode): FloatNode => add(mul(old, 1 - momentum), mul(next, momentum));
  mode.addUpdate([running.mean, mix(running.mean, batch.mean)]);
  mode.addUpdate([running.variance, mix(running.variance, mul(batch.variance, count / (count - 1)))]);
}

/** All axes but the last. */
function positionsOf(x: FloatNode): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis);
}

function countOf(x: FloatNode): number {
  return x.shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
}
