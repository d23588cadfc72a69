/** Spellings as the network reads them. */
import { padSequences, type NdArray } from "@unfold/rnn";
import { letters } from "./dictionary.js";

/** The numbers of the letters of words, padded to one length, and how long the words are. */
export function spell(
  words: readonly string[],
  length: number,
): Readonly<Record<"letters" | "lengths", NdArray<"i32">>> {
  const { values, lengths } = padSequences(
    words.map((word) => letters.encode(word)),
    { length, dtype: "i32" },
  );
  return { letters: values, lengths };
}
