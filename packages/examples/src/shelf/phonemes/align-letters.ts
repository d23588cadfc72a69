/**
 * What each letter of a word says, found by counting: pronunciations are spread over spellings, and then aligned with them
 * again and again by what was counted the last time.
 *
 * @source Jelinek 1976, "Continuous speech recognition by statistical methods": training on the likeliest alignment
 */
import { letters, phonemes, type Entry } from "./dictionary.js";

/** A letter says no phoneme, one or two: their numbers, 0 for none. */
export type Chunk = readonly [first: number, second: number];

/** Times that everything is aligned. */
const ROUNDS = 3;

/** A word and what each of its letters says. */
export interface AlignedWord {
  readonly word: string;
  readonly chunks: readonly Chunk[];
}

/** What each letter says, of all pronunciations that letters can say. */
export function align(entries: readonly Entry[]): readonly AlignedWord[] {
  const pairs = entries.flatMap(({ word, pronunciations }) =>
    pronunciations
      .filter((said) => said.length <= 2 * word.length)
      .map((said) => ({ word, read: letters.encode(word), said: phonemes.encode(said) })),
  );
  let all = pairs.map(({ read, said }) => evenly(read.length, said));
  for (let round = 0; round < ROUNDS; round++) {
    const logarithms = logarithmsOf(pairs, all);
    all = pairs.map(({ read, said }) => likeliest(read, said, logarithms));
  }
  return pairs.map(({ word }, i) => ({ word, chunks: all[i]! }));
}

/** Phonemes spread over letters, a beginning. */
function evenly(length: number, said: Int32Array): Chunk[] {
  return Array.from({ length }, (_, i) => {
    const [from, to] = [i, i + 1].map((place) => Math.floor((place * said.length) / length)) as [number, number];
    return [from < to ? said[from]! : 0, from + 1 < to ? said[from + 1]! : 0];
  });
}

/** log P(chunk | letter), each chunk counted once more than it occurs. */
function logarithmsOf(
  pairs: readonly { readonly read: Int32Array }[],
  all: readonly (readonly Chunk[])[],
): Float64Array {
  const size = phonemes.size ** 2;
  const counts = new Float64Array(letters.size * size).fill(1);
  pairs.forEach(({ read }, i) => {
    all[i]!.forEach(([first, second], at) => (counts[placeOf(read[at]!, first, second)]! += 1));
  });
  for (let letter = 0; letter < letters.size; letter++) {
    const own = counts.subarray(letter * size, (letter + 1) * size);
    const total = own.reduce((sum, count) => sum + count, 0);
    own.forEach((count, i) => (own[i] = Math.log(count / total)));
  }
  return counts;
}

function placeOf(letter: number, first: number, second: number): number {
  return (letter * phonemes.size + first) * phonemes.size + second;
}

/** The alignment with the largest product of probabilities, by dynamic programming from the end. */
function likeliest(read: Int32Array, said: Int32Array, logarithms: Float64Array): Chunk[] {
  const width = said.length + 1;
  const best = new Float64Array((read.length + 1) * width).fill(-Infinity);
  const taken = new Uint8Array(best.length);
  best[read.length * width + said.length] = 0;
  for (let i = read.length - 1; i >= 0; i--)
    for (let j = 0; j <= said.length; j++)
      for (let take = 0; take <= Math.min(2, said.length - j); take++) {
        const [first, second] = chunkAt(said, j, take);
        const score = logarithms[placeOf(read[i]!, first, second)]! + best[(i + 1) * width + j + take]!;
        if (score > best[i * width + j]!) [best[i * width + j], taken[i * width + j]] = [score, take];
      }
  let j = 0;
  return Array.from(read, (_, i) => {
    const take = taken[i * width + j]!;
    const chunk = chunkAt(said, j, take);
    j += take;
    return chunk;
  });
}

function chunkAt(said: Int32Array, from: number, take: number): Chunk {
  return [take > 0 ? said[from]! : 0, take > 1 ? said[from + 1]! : 0];
}
