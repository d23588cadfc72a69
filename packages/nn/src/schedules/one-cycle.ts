/** One cycle: the learning rate rises, and falls far below where it began. */
import {
  add,
  cast,
  checkKeys,
  checkRange,
  clamp,
  cos,
  div,
  less,
  mul,
  select,
  sub,
  type FloatNode,
} from "@unfold/core";
import { checkSettings, COUNT, POSITIVE, type SettingRange } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/** The shape of the cycle. */
export interface OneCycleOptions {
  /** The highest learning rate, > 0. */
  readonly peak: number;
  /** N, updates of the whole cycle, ≥ 2. */
  readonly steps: number;
  /** The part of the cycle in which it rises, in (0, 1). Default 0.3. */
  readonly rise?: number;
  /** The peak over where it starts, > 0. Default 25. */
  readonly startDivisor?: number;
  /** Where it starts over where it ends, > 0. Default 10,000. */
  readonly endDivisor?: number;
  /** Whether the rate stays at its end for updates after the cycle, which are refused otherwise. Default false. */
  readonly hold?: boolean;
}

const INSIDE: SettingRange = { words: "in (0, 1)", holds: (value) => value > 0 && value < 1 };
const AT_LEAST_TWO: SettingRange = {
  words: "a whole number ≥ 2",
  holds: (value) => COUNT.holds(value) && value >= 2,
};

/**
 * One cycle of the learning rate: up to the peak and down to the end along half cosines.
 *
 * Step n = rise · N - 1 has the peak, step N - 1 the end. A compiled step that is asked for one more update stops with an error,
 * and updates nothing: a cycle that is too short for its run leaves it at a rate that hardly learns.
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range, or rise · N < 1: there is nothing to rise in; INDEX_RANGE, when run, at step N unless hold is true.
 * @example
 * const schedule = oneCycle({ peak: 1, steps: 10 });
 * [0, 2].map((step) => scheduleAt(schedule, step)); // → [0.040000000000000036, 1]
 * @source Smith & Topin 2018, "Super-convergence"; phases and defaults: PyTorch's OneCycleLR
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkKeys("oneCycle(options)", "options", options, {
    peak: true,
    steps: true,
    rise: true,
    startDivisor: true,
    endDivisor: true,
    hold: true,
  });
  const { peak, steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4, hold = false } = options;
  checkSettings("oneCycle(options)", {
    peak: [peak, POSITIVE],
    steps: [steps, AT_LEAST_TWO],
    rise: [rise, INSIDE],
    startDivisor: [startDivisor, POSITIVE],
    endDivisor: [endDivisor, POSITIVE],
    "rise · steps": [rise * steps, { words: "at least 1", holds: (value) => value >= 1 }],
  });
  const start = peak / startDivisor;
  const end = start / endDivisor;
  const top = rise * steps - 1;
  const words = {
    where: "oneCycle(options)",
    subject: "every step, counted from 0,",
    fix: "Let the cycle have as many steps as the run has updates, or stay at its end with { hold: true }",
  };
  return (asked) => {
    const step = hold ? asked : cast(checkRange(cast(asked, "i32"), steps, words), "f32");
    const falling = between(peak, end, div(sub(step, top), steps - 1 - top));
    return top === 0 ? falling : select(less(step, top), between(start, peak, div(step, top)), falling);
  };
}

/** From a to b along half a cosine as the fraction goes from 0 to 1. */
function between(a: number, b: number, fraction: FloatNode): FloatNode {
  return add(b, mul((a - b) / 2, add(1, cos(mul(Math.PI, clamp(fraction, 0, 1))))));
}
