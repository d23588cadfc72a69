/** What a schedule is: a learning rate as a graph of the number of updates done. */
import { constant, evaluate, type FloatNode } from "@unfold/core";
import { checkSetting, WHOLE } from "../settings/check-setting.js";

/**
 * A learning rate that changes with the updates: part of the compiled step, which counts them. Schedules with an end stay at it,
 * but for `oneCycle`, which refuses updates after the cycle.
 *
 * @shapes step: f32[] -> f32[]
 * @param step - n, updates done before, ≥ 0
 */
export type Schedule = (step: FloatNode) => FloatNode;

/**
 * A schedule's learning rate at one step, for tables and plots.
 *
 * @param step - updates done before, ≥ 0
 * @throws ValueError SETTING_RANGE unless the step is a whole number ≥ 0; INDEX_RANGE if it is after the end of a cycle that does not hold.
 * @example
 * scheduleAt(exponentialDecay({ rate: 1, factor: 0.5 }), 3); // → 0.125
 */
export function scheduleAt(schedule: Schedule, step: number): number {
  checkSetting("scheduleAt(schedule, step)", "step", step, WHOLE);
  return evaluate(schedule(constant(step))).item();
}
