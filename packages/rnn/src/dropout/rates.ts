/** How likely something is dropped, for values by name. */
import { GraphError } from "@unfold/core";
import { checkSetting, type SettingRange } from "@unfold/nn";

/** One rate for all, or rates by name; what is not named is kept. Each in [0, 1). */
export type DropoutRates = number | Readonly<Record<string, number>>;

const RATE: SettingRange = { words: "in [0, 1)", holds: (value) => value >= 0 && value < 1 };

/** A rate that is not 0, and the place of its name among all. */
export interface PlacedRate {
  readonly name: string;
  readonly rate: number;
  readonly place: number;
}

/**
 * The rates above 0.
 *
 * @param names - of all values that there are
 * @throws ValueError SETTING_RANGE unless every rate is in [0, 1). GraphError DROPOUT_NAME if a name is none of these.
 */
export function placedRates(
  where: string,
  what: string,
  rates: DropoutRates | undefined,
  names: readonly string[],
): PlacedRate[] {
  const given = typeof rates === "object" ? rates : Object.fromEntries(names.map((name) => [name, rates ?? 0]));
  for (const [name, rate] of Object.entries(given)) {
    if (!names.includes(name)) throw unknownName(where, what, name, names);
    checkSetting(where, `the rate of ${what} "${name}"`, rate, RATE);
  }
  return names.flatMap((name, place) => {
    const rate = Object.hasOwn(given, name) ? given[name]! : 0;
    return rate === 0 ? [] : [{ name, rate, place }];
  });
}

/** Throws ValueError SETTING_RANGE unless the rate is in [0, 1). */
export function checkRate(where: string, rate: number): void {
  checkSetting(where, "rate", rate, RATE);
}

function unknownName(where: string, what: string, name: string, names: readonly string[]): GraphError {
  return new GraphError({
    code: "DROPOUT_NAME",
    where,
    rule: `rates must be of ${what}s of the folded graph`,
    got: `"${name}"`,
    fix: `There are ${names.map((other) => `"${other}"`).join(", ") || "none"}`,
  });
}
