/** Learning rates that fall at given steps. */
import { cast, checkKeys, constant, div, floor, lessEqual, mul, pow, sum, ValueError } from "@unfold/core";
import { checkSettings, COUNT, POSITIVE } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

/**
 * A learning rate that falls by a factor every so many updates.
 *
 * η γ^⌊n / s⌋
 *
 * @param options - rate η > 0; factor γ > 0; every s, updates, ≥ 1
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * scheduleAt(stepDecay({ rate: 0.5, factor: 0.5, every: 10 }), 25); // → 0.125
 */
export function stepDecay(options: {
  readonly rate: number;
  readonly factor: number;
  readonly every: number;
}): Schedule {
  checkKeys("stepDecay(options)", "options", options, { rate: true, factor: true, every: true });
  const { rate, factor, every } = options;
  checkSettings("stepDecay(options)", { rate: [rate, POSITIVE], factor: [factor, POSITIVE], every: [every, COUNT] });
  return (step) => mul(rate, pow(factor, floor(div(step, every))));
}

/**
 * A learning rate that falls by a factor at each milestone.
 *
 * η γ^|{m : m ≤ n}|
 *
 * @param options - rate η > 0; factor γ > 0; milestones m, updates, rising
 * @throws ValueError SETTING_RANGE if a setting is outside its range; MILESTONES if they are not rising whole numbers ≥ 1.
 * @example
 * const schedule = multiStepDecay({ rate: 1, factor: 0.5, milestones: [3, 5] });
 * [2, 3, 4, 5].map((step) => scheduleAt(schedule, step)); // → [1, 0.5, 0.5, 0.25]
 */
export function multiStepDecay(options: {
  readonly rate: number;
  readonly factor: number;
  readonly milestones: readonly number[];
}): Schedule {
  checkKeys("multiStepDecay(options)", "options", options, { rate: true, factor: true, milestones: true });
  const { rate, factor, milestones } = options;
  const where = "multiStepDecay(options)";
  checkSettings(where, { rate: [rate, POSITIVE], factor: [factor, POSITIVE] });
  const isRising = milestones.every((step, i) => COUNT.holds(step) && (i === 0 || step > milestones[i - 1]!));
  if (milestones.length === 0 || !isRising) {
    throw new ValueError({
      code: "MILESTONES",
      where,
      rule: "milestones must be rising whole numbers ≥ 1",
      got: `[${milestones.join(", ")}]`,
    });
  }
  return (step) => mul(rate, pow(factor, sum(cast(lessEqual(constant([...milestones]), step), "f32"))));
}
