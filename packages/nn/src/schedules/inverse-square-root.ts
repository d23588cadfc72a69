/** A learning rate that falls with the root of the steps. */
import { add, checkKeys, div, minimum, mul, sqrt } from "@unfold/core";
import { checkSettings, COUNT, POSITIVE } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/**
 * A learning rate that rises for W updates to its peak and then falls with the root of the updates.
 *
 * peak · min((n + 1) / W, √(W / (n + 1)))
 *
 * @param options - peak > 0; warmup W, updates, ≥ 1
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const schedule = inverseSquareRoot({ peak: 1, warmup: 4 });
 * [1, 3, 15].map((step) => scheduleAt(schedule, step)); // → [0.5, 1, 0.5]
 * @source Vaswani et al. 2017, "Attention is all you need", equation 3, whose peak is d^-0.5 W^-0.5
 */
export function inverseSquareRoot(options: { readonly peak: number; readonly warmup: number }): Schedule {
  checkKeys("inverseSquareRoot(options)", "options", options, { peak: true, warmup: true });
  const { peak, warmup } = options;
  checkSettings("inverseSquareRoot(options)", { peak: [peak, POSITIVE], warmup: [warmup, COUNT] });
  return (step) => {
    const count = add(step, 1);
    return mul(peak, minimum(div(count, warmup), sqrt(div(warmup, count))));
  };
}
