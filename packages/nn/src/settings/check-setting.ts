/** Numbers that a user sets, and the ranges they must lie in. */
import { ValueError, type FloatNode } from "@unfold/core";

/** A number, or a scalar node: an input to feed it, a state to carry it. */
export type Scalar = number | FloatNode;

/** What a setting may be: as errors say it, and as a test. */
export interface SettingRange {
  readonly words: string;
  readonly holds: (value: number) => boolean;
}

export const POSITIVE: SettingRange = {
  words: "a finite number > 0",
  holds: (value) => value > 0 && Number.isFinite(value),
};
export const NOT_NEGATIVE: SettingRange = {
  words: "a finite number ≥ 0",
  holds: (value) => value >= 0 && Number.isFinite(value),
};
/** Decays: how much of an average is kept. */
export const BELOW_ONE: SettingRange = { words: "in [0, 1)", holds: (value) => value >= 0 && value < 1 };
export const COUNT: SettingRange = {
  words: "a whole number ≥ 1",
  holds: (value) => Number.isSafeInteger(value) && value >= 1,
};
export const WHOLE: SettingRange = { words: "a whole number ≥ 0", holds: (value) => value === 0 || COUNT.holds(value) };

/**
 * Checks a setting; one that is a node is not known yet and passes.
 *
 * @throws ValueError SETTING_RANGE unless the setting lies in its range.
 * @example
 * const half: SettingRange = { words: "at most 0.5", holds: (value) => value <= 0.5 };
 * checkSetting("mine(options)", "rate", 0.25, half); // → undefined
 */
export function checkSetting(where: string, name: string, value: unknown, range: SettingRange): void {
  if (typeof value === "object" && value !== null) return;
  if (typeof value === "number" && range.holds(value)) return;
  throw new ValueError({
    code: "SETTING_RANGE",
    where,
    rule: `${name} must be ${range.words}`,
    got: String(value),
    details: { [name]: value },
  });
}

/** Checks several settings of one thing. @throws ValueError SETTING_RANGE */
export function checkSettings(
  where: string,
  settings: Readonly<Record<string, readonly [value: unknown, range: SettingRange]>>,
): void {
  for (const [name, [value, range]] of Object.entries(settings)) checkSetting(where, name, value, range);
}
