/** How good pronunciations are, where a word may have several. */
import { editDistance, errorRate } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import type { Entry } from "./dictionary.js";

/** How far pronunciations are from those of the dictionary. */
export interface Quality {
  /** Phonemes to insert, delete and replace, per phoneme of the closest pronunciation that the dictionary has. */
  readonly phonemeErrors: number;
  /** The share of words that are said as the dictionary says one of their pronunciations. */
  readonly wordsRight: number;
}

/** Measures what was said of each word. */
export function qualityOf(entries: readonly Entry[], said: readonly (readonly string[])[]): Quality {
  const wanted = entries.map(({ pronunciations }, i) =>
    pronunciations.reduce((best, other) =>
      editDistance(said[i]!, other) < editDistance(said[i]!, best) ? other : best,
    ),
  );
  return {
    phonemeErrors: errorRate(said, wanted),
    wordsRight: mean(wanted.map((own, i) => (own.join() === said[i]!.join() ? 1 : 0))),
  };
}
