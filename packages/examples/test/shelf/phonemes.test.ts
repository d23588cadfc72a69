/** How English is said: nothing leaks from part to part, what letters say, and what counts as right. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { align } from "../../src/shelf/phonemes/align-letters.js";
import { drawWords, LONGEST, type Entry } from "../../src/shelf/phonemes/dictionary.js";
import { letterByLetter } from "../../src/shelf/phonemes/letter-by-letter.js";
import { qualityOf } from "../../src/shelf/phonemes/quality.js";

const entry = (word: string, ...pronunciations: string[]): Entry => ({
  word,
  pronunciations: pronunciations.map((said) => said.split(" ")),
});

test("no word is in two parts, and all its pronunciations stay together", () => {
  const parts = drawWords(3, { a: 20_000, b: 5000, c: 2000 });
  expect([parts.a, parts.b, parts.c].map(({ length }) => length)).toEqual([20_000, 5000, 2000]);
  const all = Object.values(parts).flat();
  expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
  const read = [...drawWords(1, { all: 110_000 }).all].find(({ word }) => word === "read");
  expect(read?.pronunciations).toEqual([
    ["R", "EH", "D"],
    ["R", "IY", "D"],
  ]);
  for (const { word, pronunciations } of all) {
    expect(word).toMatch(/^[a-z]+$/);
    expect(Math.max(word.length, ...pronunciations.map((said) => said.length + 1))).toBeLessThanOrEqual(LONGEST);
  }
});

test("alignments say every pronunciation, letter by letter", () => {
  const words = drawWords(1, { training: 2000 }).training;
  const aligned = align(words);
  const said = words.flatMap(({ word, pronunciations }) => pronunciations.map((own) => [word, own] as const));
  const short = said.filter(([word, own]) => own.length <= 2 * word.length);
  expect(aligned).toHaveLength(short.length);
  fc.assert(
    fc.property(fc.nat(short.length - 1), (i) => {
      const [word, own] = short[i]!;
      expect(aligned[i]!.word).toBe(word);
      expect(aligned[i]!.chunks).toHaveLength(word.length);
      expect(aligned[i]!.chunks.flat().filter((phoneme) => phoneme !== 0)).toHaveLength(own.length);
    }),
  );
});

test("letters say what they most often say, in the widest window that was seen", () => {
  const training = [entry("cat", "K AE T"), entry("cot", "K AA T"), entry("cab", "K AE B"), entry("ice", "AY S")];
  const aligned = align(training);
  expect(letterByLetter(aligned, 0)("ac")).toEqual(["AE", "K"]);
  expect(letterByLetter(aligned, 1)("ice")).toEqual(["AY", "S"]);
  expect(letterByLetter(aligned, 3)("z")).toEqual([]);
});

test("of several pronunciations the closest one counts", () => {
  const read = entry("read", "R IY D", "R EH D");
  expect(qualityOf([read], [["R", "EH", "D"]])).toEqual({ phonemeErrors: 0, wordsRight: 1 });
  expect(qualityOf([read], [["R", "EH", "T"]])).toEqual({ phonemeErrors: 1 / 3, wordsRight: 0 });
});
