/** A learning rate that falls along a polynomial. */
import { add, checkKeys, div, minimum, mul, pow, sub } from "@unfold/core";
import { checkSettings, COUNT, NOT_NEGATIVE, POSITIVE } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/**
 * A learning rate that falls along a polynomial and stays at its end.
 *
 * end + (η - end) (1 - min(n, N) / N)^p
 *
 * @param options - rate η > 0; end ≥ 0, default 0; steps N ≥ 1; power p > 0, default 1: a straight line
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const schedule = polynomialDecay({ rate: 1, steps: 4 });
 * [0, 1, 4, 9].map((step) => scheduleAt(schedule, step)); // → [1, 0.75, 0, 0]
 */
export function polynomialDecay(options: {
  readonly rate: number;
  readonly end?: number;
  readonly steps: number;
  readonly power?: number;
}): Schedule {
  checkKeys("polynomialDecay(options)", "options", options, { rate: true, end: true, steps: true, power: true });
  const { rate, end = 0, steps, power = 1 } = options;
  checkSettings("polynomialDecay(options)", {
    rate: [rate, POSITIVE],
    end: [end, NOT_NEGATIVE],
    steps: [steps, COUNT],
    power: [power, POSITIVE],
  });
  return (step) => {
    const left = sub(1, div(minimum(step, steps), steps));
    return add(end, mul(rate - end, power === 1 ? left : pow(left, power)));
  };
}
