/**
 * The sentences of Elman's fourth experiment, two or three words each, and what a reader who knows the grammar expects next.
 *
 * @source Elman 1990, "Finding structure in time", tables 3 and 4; words that table 3 leaves out are those of figure 7
 */
import { uniformStream } from "@unfold/rnn";

/** Words by category. */
const LEXICON: Readonly<Record<string, readonly string[]>> = {
  human: ["man", "woman", "boy", "girl"],
  animal: ["cat", "dog", "mouse"],
  inanimate: ["book", "rock", "car"],
  aggressor: ["dragon", "monster", "lion"],
  fragile: ["glass", "plate"],
  food: ["cookie", "bread", "sandwich"],
  intransitive: ["think", "sleep", "exist"],
  transitive: ["see", "chase", "like"],
  agentive: ["move", "break"],
  perception: ["smell", "see"],
  destruction: ["break", "smash"],
  eating: ["eat"],
};

/** Sentences by category; all are equally likely. */
const TEMPLATES: readonly (readonly string[])[] = [
  "human eating food",
  "human perception inanimate",
  "human destruction fragile",
  "human intransitive",
  "human transitive human",
  "human agentive inanimate",
  "human agentive",
  "animal eating food",
  "animal transitive animal",
  "animal agentive inanimate",
  "animal agentive",
  "inanimate agentive",
  "aggressor destruction fragile",
  "aggressor eating human",
  "aggressor eating animal",
  "aggressor eating food",
].map((template) => template.split(" "));

/** What the words of a category are: animate nouns, inanimate nouns, or verbs. */
const KINDS: Readonly<Record<string, Kind>> = {
  human: "animate",
  animal: "animate",
  aggressor: "animate",
  inanimate: "inanimate",
  fragile: "inanimate",
  food: "inanimate",
};

/** A kind of word. */
export type Kind = "animate" | "inanimate" | "verb";

/** The 29 words. */
export const WORDS: readonly string[] = [...new Set(Object.values(LEXICON).flat())];

/** The kind of each word. */
export const kindOf: ReadonlyMap<string, Kind> = new Map(
  Object.entries(LEXICON).flatMap(([category, words]) =>
    words.map((word) => [word, KINDS[category] ?? "verb"] as const),
  ),
);

/** Sentences, the words of each in a list. */
export function sentences(seed: number, path: string, count: number): string[][] {
  const uniform = uniformStream(seed, `elman-sentences/${path}`);
  let drawn = 0;
  const choose = <T>(list: readonly T[]): T => list[Math.floor(list.length * uniform(drawn++))]!;
  return Array.from({ length: count }, () => choose(TEMPLATES).map((category) => choose(LEXICON[category]!)));
}

/** How likely each word is to come first in a sentence. */
const FIRST = chances(TEMPLATES.map((template) => ({ weight: 1, category: template[0]! })));

/**
 * How likely each word is to come next, given the words of the sentence so far, at least one. Whether a sentence ends is known
 * no better than the words tell: where it can end or go on, a new beginning is as likely as the templates that end.
 */
export function likelihoods(soFar: readonly string[]): number[] {
  const fitting = TEMPLATES.flatMap((template) => {
    const fits = soFar.every((word, i) => i < template.length && LEXICON[template[i]!]!.includes(word));
    const weight = fits ? soFar.reduce((product, _, i) => product / LEXICON[template[i]!]!.length, 1) : 0;
    return weight === 0 ? [] : [{ weight, category: template[soFar.length] }];
  });
  return chances(fitting);
}

/** A mixture of categories; without a category, of beginnings. */
function chances(parts: readonly { readonly weight: number; readonly category: string | undefined }[]): number[] {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return WORDS.map((word, i) =>
    parts.reduce((sum, { weight, category }) => {
      const words = category === undefined ? undefined : LEXICON[category]!;
      const share = words === undefined ? FIRST[i]! : words.includes(word) ? 1 / words.length : 0;
      return sum + (weight / total) * share;
    }, 0),
  );
}
