/** A learning rate that falls by a factor with each update. */
import { mul, pow } from "@unfold/core";
import { checkSettings, POSITIVE } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/**
 * A learning rate that falls by a factor with each update.
 *
 * η γⁿ
 *
 * @param options - rate η > 0; factor γ > 0, below 1 to fall
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * scheduleAt(exponentialDecay({ rate: 1, factor: 0.5 }), 3); // → 0.125
 */
export function exponentialDecay({ rate, factor }: { readonly rate: number; readonly factor: number }): Schedule {
  checkSettings("exponentialDecay(options)", { rate: [rate, POSITIVE], factor: [factor, POSITIVE] });
  return (step) => mul(rate, pow(factor, step));
}
