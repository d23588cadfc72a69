/** A learning rate that approaches its end by a factor with each update. */
import { add, checkKeys, mul, pow } from "@unfold/core";
import { checkSettings, NOT_NEGATIVE, POSITIVE } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/**
 * A learning rate that falls by a factor with each update. It also anneals other settings: with an end above its rate it
 * rises, as the weight of a loss may.
 *
 * end + (η - end) γⁿ
 *
 * @param options - rate η > 0; end ≥ 0, default 0; factor γ > 0, below 1 to approach the end
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * scheduleAt(exponentialDecay({ rate: 1, factor: 0.5 }), 3); // → 0.125
 * scheduleAt(exponentialDecay({ rate: 0.5, end: 1, factor: 0.5 }), 2); // → 0.875
 * @source with an end: Ha & Eck 2017, "A neural representation of sketch drawings", section 3.3 (η_step)
 */
export function exponentialDecay(options: {
  readonly rate: number;
  readonly end?: number;
  readonly factor: number;
}): Schedule {
  checkKeys("exponentialDecay(options)", "options", options, { rate: true, end: true, factor: true });
  const { rate, end = 0, factor } = options;
  checkSettings("exponentialDecay(options)", {
    rate: [rate, POSITIVE],
    end: [end, NOT_NEGATIVE],
    factor: [factor, POSITIVE],
  });
  return (step) => {
    const above = mul(rate - end, pow(factor, step));
    return end === 0 ? above : add(end, above);
  };
}
