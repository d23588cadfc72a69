/** How far gates and activations have run into the flat ends of their range, where no gradient passes. */
import { checkKeys, ndArray, ValueError, type TensorValue } from "@unfold/core";
import { checkSetting, type SettingRange } from "@unfold/nn";

/** The range of an activation, and what counts as its ends. */
export interface SaturationOptions {
  /** The values the activation tends to. Default [0, 1], of a gate; [-1, 1] of tanh. */
  readonly range?: readonly [low: number, high: number];
  /** Bars of the histogram, a whole number ≥ 1. Default 10. */
  readonly bins?: number;
  /** The part of the range at either end that counts as saturated, in (0, 0.5]. Default 0.1. */
  readonly margin?: number;
}

/** A histogram, and how much of it lies at the ends. */
export interface Saturation {
  /** How many values lie in each bin, lowest first; a value between two bins counts for the upper one. */
  readonly counts: readonly number[];
  /** The share of values at the lower end: of a gate, shut. */
  readonly low: number;
  /** The share of values at the upper end: of a gate, open. */
  readonly high: number;
}

const MARGIN: SettingRange = { words: "in (0, 0.5]", holds: (value) => value > 0 && value <= 0.5 };
const BINS: SettingRange = {
  words: "a whole number in [1, 10000]",
  holds: (value) => Number.isInteger(value) && value >= 1 && value <= 10_000,
};

/**
 * The histogram of activations over their range, and the shares at its ends.
 *
 * low = share of values < low + margin · width, high = share of values > high - margin · width
 *
 * @param values - of a gate or activation, of any shape
 * @throws ValueError SATURATION_RANGE unless range is [low, high], finite and low < high; SATURATION_VALUE if a value lies outside or there is none; SETTING_RANGE
 * @example
 * saturation([0.02, 0.5, 0.97, 0.99], { bins: 2 }); // → { counts: [1, 3], low: 0.25, high: 0.5 }
 * @source Karpathy, Johnson & Fei-Fei 2016, "Visualizing and understanding recurrent networks", section 4.2: a gate is left- or right-saturated below 0.1 or above 0.9
 */
export function saturation(values: TensorValue, options: SaturationOptions = {}): Saturation {
  checkKeys("saturation(values, options)", "options", options, { range: true, bins: true, margin: true });
  const { range = [0, 1], bins = 10, margin = 0.1 } = options;
  const where = "saturation(values, options)";
  checkSetting(where, "bins", bins, BINS);
  checkSetting(where, "margin", margin, MARGIN);
  const [low, high] = range;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new ValueError({
      code: "SATURATION_RANGE",
      where,
      rule: "range must be [low, high] with finite low < high",
      got: `[${range.join(", ")}]`,
    });
  }
  const { data } = ndArray(values, { where });
  checkValues(where, data, low, high);
  const counts = new Array<number>(bins).fill(0);
  let [atLow, atHigh] = [0, 0];
  for (const value of data) {
    const place = (value - low) / (high - low);
    counts[Math.min(bins - 1, Math.floor(place * bins))]!++;
    if (place < margin) atLow++;
    if (place > 1 - margin) atHigh++;
  }
  return { counts, low: atLow / data.length, high: atHigh / data.length };
}

function checkValues(where: string, data: ArrayLike<number>, low: number, high: number): void {
  const outside = Array.from(data).find((value) => !(value >= low && value <= high));
  if (data.length > 0 && outside === undefined) return;
  throw new ValueError({
    code: "SATURATION_VALUE",
    where,
    rule: `there must be values, all in [${low}, ${high}]`,
    got: outside === undefined ? "no values" : String(outside),
    fix: "range: [-1, 1] is that of tanh",
  });
}
