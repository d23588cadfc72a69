/**
 * Counting pairs of letters: which language most often has the pairs of a name. What order there is beyond two letters, it
 * does not see.
 */
import { indexOfLargest } from "../../statistics.js";
import type { Surname } from "./names.js";

/** Begins and ends a name. */
const EDGE = "^";

/**
 * Naive Bayes over pairs of letters, each language as likely as it is among the names.
 *
 * log P(language) + Σ log (count(pair) + 1) / (count(first letter) + number of letters)
 *
 * @returns the number of the likeliest language of a name
 * @source Jurafsky & Martin, "Speech and language processing", 3rd edition draft, appendix on naive Bayes; add-one smoothing
 */
export function pairsOfLetters(training: readonly Surname[], languages: number): (name: string) => number {
  const letters = new Set(training.flatMap(({ name }) => [EDGE, ...Array.from(name)])).size;
  const counts = Array.from({ length: languages }, () => new Map<string, number>());
  const sizes = new Array<number>(languages).fill(0);
  for (const { name, language } of training) {
    sizes[language]!++;
    const ofLanguage = counts[language]!;
    for (const [pair, first] of pairsOf(name))
      for (const key of [pair, first]) ofLanguage.set(key, (ofLanguage.get(key) ?? 0) + 1);
  }
  const count = (language: number, key: string): number => counts[language]!.get(key) ?? 0;
  const scoreOf = (name: string, language: number): number =>
    pairsOf(name).reduce(
      (sum, [pair, first]) => sum + Math.log((count(language, pair) + 1) / (count(language, first) + letters)),
      Math.log(sizes[language]! / training.length),
    );
  return (name) => {
    const scores = counts.map((_, language) => scoreOf(name, language));
    return indexOfLargest(scores);
  };
}

function pairsOf(name: string): readonly (readonly [pair: string, first: string])[] {
  const letters = [EDGE, ...Array.from(name), EDGE];
  return letters.slice(1).map((letter, i) => [`${letters[i]!}${letter}`, letters[i]!]);
}
