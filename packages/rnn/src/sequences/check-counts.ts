/** Settings that count something. */
import { checkSetting } from "@unfold/nn";

/** Throws ValueError SETTING_RANGE unless every setting is a whole number, at least as large as said. */
export function checkCounts(where: string, counts: Readonly<Record<string, number>>, least: 0 | 1 = 1): void {
  for (const [name, count] of Object.entries(counts)) {
    checkSetting(where, name, count, {
      words: `a whole number ≥ ${least}`,
      holds: (value) => Number.isSafeInteger(value) && value >= least,
    });
  }
}
