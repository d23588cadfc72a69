/** A learning rate that falls along half a cosine, once or again and again. */
import {
  add,
  cast,
  checkKeys,
  constant,
  cos,
  div,
  floor,
  gather,
  lessEqual,
  minimum,
  mul,
  sub,
  sum,
  type FloatNode,
} from "@unfold/core";
import { checkSettings, COUNT, NOT_NEGATIVE, POSITIVE, type SettingRange } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/** How the learning rate falls. */
export interface CosineDecayOptions {
  /** η, where it starts, > 0. */
  readonly rate: number;
  /** Where it ends, ≥ 0. Default 0. */
  readonly end?: number;
  /** N, updates of the (first) fall, ≥ 1. */
  readonly steps: number;
  /** Whether it starts again after each fall, and how many times as long each fall is as the one before, 1 or ≥ 1.1. */
  readonly restarts?: number;
}

const GROWTH: SettingRange = {
  words: "1, or a finite number ≥ 1.1",
  holds: (value) => value === 1 || (value >= 1.1 && Number.isFinite(value)),
};
/** Steps are f32: whole numbers up to here are exact. */
const LAST_STEP = 2 ** 24;

/**
 * A learning rate that falls along half a cosine; without restarts it stays at its end.
 *
 * end + (η - end) (1 + cos(π m / N_i)) / 2, m steps into a fall of N_i
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const schedule = cosineDecay({ rate: 1, steps: 2, restarts: 2 });
 * [0, 1, 2, 4].map((step) => Math.round(scheduleAt(schedule, step) * 1e6) / 1e6); // → [1, 0.5, 1, 0.5]
 * @source Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkKeys("cosineDecay(options)", "options", options, { rate: true, end: true, steps: true, restarts: true });
  const { rate, end = 0, steps, restarts } = options;
  checkSettings("cosineDecay(options)", {
    rate: [rate, POSITIVE],
    end: [end, NOT_NEGATIVE],
    steps: [steps, COUNT],
    ...(restarts !== undefined && { restarts: [restarts, GROWTH] }),
  });
  return (step) => {
    const fraction = restarts === undefined ? div(minimum(step, steps), steps) : fractionOfFall(step, steps, restarts);
    return add(end, mul((rate - end) / 2, add(1, cos(mul(Math.PI, fraction)))));
  };
}

/** m / N_i. Falls of growing length are looked up: a logarithm would round at their very edges. */
function fractionOfFall(step: FloatNode, steps: number, growth: number): FloatNode {
  if (growth === 1) {
    const turns = div(step, steps);
    return sub(turns, floor(turns));
  }
  const starts: number[] = [];
  const lengths: number[] = [];
  for (let start = 0, length = steps; start < LAST_STEP; start += length, length *= growth) {
    starts.push(start);
    lengths.push(length);
  }
  const reached = sub(sum(cast(lessEqual(constant(starts), step), "i32")), 1);
  return div(sub(step, gather(constant(starts), reached)), gather(constant(lengths), reached));
}
