/** What a trained network says of words, and where it looks while it says it. */
import { beamSearch, input, padSequences, type Runtime } from "@unfold/rnn";
import { END, LONGEST, phonemes } from "./dictionary.js";
import type { Network } from "./network.js";
import { spell } from "./spell.js";

/** Words searched side by side. */
const TOGETHER = 100;

/** The pronunciations that a beam search finds. */
export async function createTranscriber(
  runtime: Runtime,
  network: Network,
  beams: number,
): Promise<(words: readonly string[]) => string[][]> {
  const rows = TOGETHER * beams;
  const inputs = { letters: input("letters", [LONGEST, rows], "i32"), lengths: input("lengths", [rows], "i32") };
  const { cell, initial } = network.decoderOf(inputs);
  const end = phonemes.encode([END])[0]!;
  const search = await beamSearch(runtime, {
    ...{ beams, batch: TOGETHER, end, maxLength: LONGEST - 1, inputs },
    path: `beam of ${beams}`,
    draw: (said, carry) => network.logits(carry(cell.fold(rows, initial), { x: network.embed(said) }).h),
  });
  const starts = [new Array<number>(TOGETHER).fill(end)];
  const transcribe = (words: readonly string[]): string[][] => {
    // A search is always of as many words: the last one fills it up. Each word is read by as many rows as there are beams.
    const filled = Array.from(
      { length: rows },
      (_, row) => words[Math.min(Math.floor(row / beams), words.length - 1)]!,
    );
    const found = search.run(starts, spell(filled, LONGEST)).slice(0, words.length);
    return found.map(([best]) => phonemes.decode(best!.tokens).filter((phoneme) => phoneme !== END));
  };
  return (words) => {
    const found: string[][] = [];
    for (let from = 0; from < words.length; from += TOGETHER)
      found.push(...transcribe(words.slice(from, from + TOGETHER)));
    return found;
  };
}

/** A word and what was said of it. */
export type Said = Readonly<{ word: string; said: readonly string[] }>;

/** How much of each letter the network sees when it says each phoneme, and when it ends: `[letter][phoneme]` of each word. */
export async function lookAt(
  runtime: Runtime,
  network: Network,
  words: readonly Said[],
): Promise<readonly (readonly (readonly number[])[])[]> {
  const batch = words.length;
  const spellings = { letters: input("letters", [LONGEST, batch], "i32"), lengths: input("lengths", [batch], "i32") };
  const before = input("before", [LONGEST, batch], "i32");
  const { cell, initial } = network.decoderOf(spellings);
  const { weights } = cell.scan(network.embed(before), initial).outputs;
  const look = await runtime.compile({ inputs: { ...spellings, before }, outputs: { weights } });
  const heard = words.map(({ said }) => phonemes.encode([END, ...said]));
  const { data } = look.run({
    ...spell(
      words.map(({ word }) => word),
      LONGEST,
    ),
    before: padSequences(heard, { length: LONGEST, dtype: "i32" }).values,
  }).weights;
  return words.map(({ word, said }, b) =>
    Array.from(word, (_, letter) =>
      Array.from({ length: said.length + 1 }, (__, step) => data[(step * batch + b) * LONGEST + letter]!),
    ),
  );
}
