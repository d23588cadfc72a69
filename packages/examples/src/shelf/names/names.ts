/** Surnames and the languages they come from: of each name only its letters. */
import { allLocales } from "@faker-js/faker";
import { splitData } from "@unfold/rnn";
import { foldToAscii } from "../../ascii.js";

/** A surname. */
export interface Surname {
  /** Lower-case letters a to z, hyphens, apostrophes and spaces: no accent gives the language away. */
  readonly name: string;
  /** Number of its language. */
  readonly language: number;
}

/** Locales of the package, with several hundred surnames each. */
const LOCALES = {
  Croatian: "hr",
  Czech: "cs_CZ",
  English: "en",
  German: "de",
  Indonesian: "id_ID",
  Italian: "it",
  Latvian: "lv",
  Polish: "pl",
  Romanian: "ro",
  Spanish: "es",
  Turkish: "tr",
  Uzbek: "uz_UZ_latin",
} as const;

/** Their names, in the order of their numbers. */
export const languages: readonly string[] = Object.keys(LOCALES);

/** Of a language at most, so that no language can be guessed for being the largest. */
const MOST = 700;

/**
 * Surnames to train on, to choose an epoch by, and to measure with. Names that several languages have are left out: nobody
 * could say whose they are.
 */
export function surnames(seed: number): Record<"training" | "validation" | "test", readonly Surname[]> {
  const owners = new Map<string, Set<number>>();
  Object.values(LOCALES).forEach((locale, language) => {
    for (const text of textsIn(allLocales[locale].person?.last_name)) {
      const name = foldToAscii(text).toLowerCase();
      if (/^[a-z' -]+$/.test(name)) owners.set(name, (owners.get(name) ?? new Set()).add(language));
    }
  });
  const unambiguous = [...owners]
    .filter(([, of]) => of.size === 1)
    .map(([name, of]): Surname => ({ name, language: [...of][0]! }));
  const kept = languages.flatMap((_, language) => {
    const own = unambiguous.filter((surname) => surname.language === language);
    return splitData(own, { kept: Math.min(1, MOST / own.length) }, { seed }).kept;
  });
  return splitData(kept, { training: 0.8, validation: 0.1, test: 0.1 }, { seed });
}

/** All texts in what may be a list, or lists by sex. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
