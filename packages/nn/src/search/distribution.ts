/** What a hyper-parameter is drawn from. */
import { ValueError } from "@unfold/core";
import { checkSetting, checkSettings, POSITIVE, type SettingRange } from "../settings/check-setting.js";

/**
 * Draws a value of a hyper-parameter. One's own is a function too.
 *
 * @param uniform - a number in [0, 1), drawn anew at each call
 */
export type Distribution<V> = (uniform: () => number) => V;

const FINITE: SettingRange = { words: "a finite number", holds: Number.isFinite };
const WHOLE: SettingRange = { words: "a whole number", holds: Number.isSafeInteger };

/**
 * Numbers in [low, high), all equally likely.
 *
 * @throws ValueError SETTING_RANGE unless both are finite and low < high.
 * @example
 * uniformBetween(2, 4)(() => 0.25); // → 2.5
 */
export function uniformBetween(low: number, high: number): Distribution<number> {
  checkBounds("uniformBetween(low, high)", low, high, FINITE);
  return (uniform) => low + (high - low) * uniform();
}

/**
 * Numbers in [low, high) whose logarithms are equally likely, as for learning rates.
 *
 * @throws ValueError SETTING_RANGE unless both are finite and 0 < low < high.
 * @example
 * logUniformBetween(0.01, 1)(() => 0.5); // → 0.1
 */
export function logUniformBetween(low: number, high: number): Distribution<number> {
  checkBounds("logUniformBetween(low, high)", low, high, POSITIVE);
  return (uniform) => low * (high / low) ** uniform();
}

/**
 * Whole numbers in [low, high], all equally likely.
 *
 * @throws ValueError SETTING_RANGE unless both are whole and low < high.
 * @example
 * integerBetween(1, 4)(() => 0.75); // → 4
 */
export function integerBetween(low: number, high: number): Distribution<number> {
  checkBounds("integerBetween(low, high)", low, high, WHOLE);
  return (uniform) => low + Math.floor((high - low + 1) * uniform());
}

/**
 * One of some values, all equally likely.
 *
 * @throws ValueError CHOICE_EMPTY if there are none.
 * @example
 * oneOf(["tanh", "relu"])(() => 0.5); // → "relu"
 */
export function oneOf<const V>(values: readonly V[]): Distribution<V> {
  if (values.length === 0) {
    const rule = "there must be a value to choose";
    throw new ValueError({ code: "CHOICE_EMPTY", where: "oneOf(values)", rule, got: "none" });
  }
  return (uniform) => values[Math.floor(values.length * uniform())]!;
}

function checkBounds(where: string, low: number, high: number, range: SettingRange): void {
  checkSettings(where, { low: [low, range], high: [high, range] });
  checkSetting(where, "high", high, { words: `> low = ${low}`, holds: (value) => value > low });
}
