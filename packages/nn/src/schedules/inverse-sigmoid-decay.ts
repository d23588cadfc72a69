/** A probability that falls slowly, then fast, then slowly. */
import { checkKeys, div, sigmoid, sub } from "@unfold/core";
import { checkSettings, type SettingRange } from "../settings/check-setting.js";
import type { Schedule } from "./schedule.js";

const SPAN: SettingRange = { words: "a finite number ≥ 1", holds: (value) => value >= 1 && Number.isFinite(value) };

/**
 * A probability that falls with the updates along a sigmoid: how often scheduled sampling reads what is given.
 *
 * k / (k + exp(n / k))
 *
 * @param options - span k ≥ 1: half is reached after k ln k updates
 * @throws ValueError SETTING_RANGE if the span is not a finite number ≥ 1.
 * @example
 * const schedule = inverseSigmoidDecay({ span: 100 });
 * [0, 461, 2000].map((step) => Math.round(scheduleAt(schedule, step) * 100) / 100); // → [0.99, 0.5, 0]
 * @source Bengio, Vinyals, Jaitly & Shazeer 2015, "Scheduled sampling for sequence prediction with recurrent neural networks", section 2.4
 */
export function inverseSigmoidDecay(options: { readonly span: number }): Schedule {
  checkKeys("inverseSigmoidDecay(options)", "options", options, { span: true });
  const { span } = options;
  checkSettings("inverseSigmoidDecay(options)", { span: [span, SPAN] });
  return (step) => sigmoid(sub(Math.log(span), div(step, span)));
}
