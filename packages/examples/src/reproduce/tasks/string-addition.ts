/**
 * Sums as strings: "12+7 " is read backwards, "19 " is to be written.
 *
 * @source Keras, example addition_rnn; after Sutskever, Vinyals & Le 2014, "Sequence to sequence learning with neural networks" (reading backwards)
 */
import { randomPermutation, uniformStream } from "@unfold/rnn";

/** All characters; a character's number is its place. */
export const CHARACTERS = "0123456789+ ";

/** A question and its answer. */
export interface Sum {
  /** Padded with spaces at the end, then turned around. */
  readonly question: string;
  readonly answer: string;
}

/** Characters of a question and of an answer. */
export function sumLengths(digits: number): { readonly question: number; readonly answer: number } {
  return { question: 2 * digits + 1, answer: digits + 1 };
}

/** So many sums, no two of the same two numbers, in random order: as they are found, those of large numbers come last. */
export function sums(count: number, digits: number, seed: number): Sum[] {
  const uniform = uniformStream(seed, "sums");
  const lengths = sumLengths(digits);
  let drawn = 0;
  const number = (): number => {
    const size = 1 + Math.floor(digits * uniform(drawn++));
    return Number(Array.from({ length: size }, () => Math.floor(10 * uniform(drawn++))).join(""));
  };
  const found = new Map<string, Sum>();
  while (found.size < count) {
    const [a, b] = [number(), number()];
    const key = a < b ? `${a}+${b}` : `${b}+${a}`;
    if (found.has(key)) continue;
    const question = Array.from(`${a}+${b}`.padEnd(lengths.question)).reverse().join("");
    found.set(key, { question, answer: String(a + b).padEnd(lengths.answer) });
  }
  const list = [...found.values()];
  return Array.from(randomPermutation(count, uniformStream(seed, "order of sums")), (i) => list[i]!);
}
