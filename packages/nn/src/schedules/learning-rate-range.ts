/** The learning-rate range test: one run with a rate that grows until the loss explodes. */
import { checkKeys } from "@unfold/core";
import { checkSettings, COUNT, POSITIVE, BELOW_ONE, type SettingRange } from "../settings/check-setting.js";

/** How the range is walked. */
export interface LearningRateRangeOptions {
  /** The first rate, > 0. Default 1e-6. */
  readonly from?: number;
  /** The last rate, > from. Default 10. */
  readonly to?: number;
  /** Rates that are tried, equally far apart on a logarithmic scale, ≥ 3. Default 100. */
  readonly steps?: number;
  /** How much of the running mean of the losses each step keeps, in [0, 1). Default 0.9. */
  readonly smoothing?: number;
  /** It stops when the smoothed loss is this many times the lowest one, > 1. Default 4. */
  readonly divergence?: number;
}

/** One rate that was tried. */
export interface LearningRatePoint {
  readonly rate: number;
  /** The loss of the step that was made with the rate, before its update. */
  readonly loss: number;
  /** The running mean of the losses, without the pull of its start. */
  readonly smoothed: number;
}

/** What the range test found. */
export interface LearningRateRange {
  readonly points: readonly LearningRatePoint[];
  /** The rate at which the smoothed loss falls fastest; undefined if it never falls. */
  readonly steepest: number | undefined;
}

const DIVERGENCE: SettingRange = { words: "a number > 1", holds: (value) => value > 1 };

/**
 * Trains for a few steps with rates from too low to too high. A good first learning rate is the steepest one, or somewhat
 * less than the one where the loss is lowest. Weights are spoiled afterwards: use a runtime for it alone.
 *
 * @param run - makes one training step with the rate and returns the loss
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const [w, rate] = [param("w", 1), input("rate", [])];
 * const loss = mul(w, w);
 * const runtime = await createRuntime();
 * const step = await runtime.compile({ inputs: { rate }, outputs: { loss }, updates: sgd({ learningRate: rate }).minimize(loss) });
 * const { points, steepest } = await learningRateRange((value) => step.run({ rate: value }).loss.item());
 * steepest > 0.001 && steepest < 1; // → true
 * @source Smith 2017, "Cyclical learning rates for training neural networks", section 3.3
 */
export async function learningRateRange(
  run: (rate: number) => number | Promise<number>,
  options: LearningRateRangeOptions = {},
): Promise<LearningRateRange> {
  checkKeys("learningRateRange(run, options)", "options", options, {
    from: true,
    to: true,
    steps: true,
    smoothing: true,
    divergence: true,
  });
  const { from = 1e-6, to = 10, steps = 100, smoothing = 0.9, divergence = 4 } = options;
  checkSettings("learningRateRange(run, options)", {
    from: [from, POSITIVE],
    to: [to, { words: `a finite number > from = ${from}`, holds: (value) => value > from && Number.isFinite(value) }],
    steps: [steps, { words: "a whole number ≥ 3", holds: (value) => COUNT.holds(value) && value >= 3 }],
    smoothing: [smoothing, BELOW_ONE],
    divergence: [divergence, DIVERGENCE],
  });
  const points: LearningRatePoint[] = [];
  let mean = 0;
  let lowest = Infinity;
  for (let i = 0; i < steps; i++) {
    const rate = from * (to / from) ** (i / (steps - 1));
    const loss = await run(rate);
    if (!Number.isFinite(loss)) break;
    mean = smoothing * mean + (1 - smoothing) * loss;
    const smoothed = mean / (1 - smoothing ** (i + 1));
    points.push({ rate, loss, smoothed });
    lowest = Math.min(lowest, smoothed);
    if (smoothed > divergence * Math.abs(lowest)) break;
  }
  return { points, steepest: steepestOf(points) };
}

function steepestOf(points: readonly LearningRatePoint[]): number | undefined {
  let [best, steepest]: [number, number | undefined] = [0, undefined];
  for (let i = 1; i < points.length - 1; i++) {
    const slope = points[i + 1]!.smoothed - points[i - 1]!.smoothed;
    if (slope < best) [best, steepest] = [slope, points[i]!.rate];
  }
  return steepest;
}
