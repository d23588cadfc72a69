/** A learning rate that rises to where another schedule starts. */
import { add, constant, div, less, maximum, mul, select, sub } from "@unfold/core";
import { checkSettings, COUNT, NOT_NEGATIVE } from "../settings/check-setting.js";
import { rateOf, type LearningRate } from "./learning-rate.js";
import type { Schedule } from "./schedule.js";

/**
 * A linear rise of N updates, and then another schedule from its beginning.
 *
 * (n + 1) / N · η(0) for n < N, η(n - N) after that
 *
 * @param after - what follows: a schedule, or the learning rate to stay at
 * @param steps - N, updates, ≥ 1
 * @throws ValueError SETTING_RANGE if steps is not a whole number ≥ 1, or after is a number that is not ≥ 0.
 * @example
 * const schedule = linearWarmup(1, 4);
 * [0, 1, 3, 9].map((step) => scheduleAt(schedule, step)); // → [0.25, 0.5, 1, 1]
 * @source Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2
 */
export function linearWarmup(after: LearningRate, steps: number): Schedule {
  checkSettings("linearWarmup(after, steps)", {
    steps: [steps, COUNT],
    ...(typeof after === "number" && { after: [after, NOT_NEGATIVE] }),
  });
  return (step) => {
    const rising = mul(rateOf(after, constant(0)), div(add(step, 1), steps));
    return select(less(step, steps), rising, rateOf(after, maximum(sub(step, steps), 0)));
  };
}
