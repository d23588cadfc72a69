/** Models that count which character follows which others. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { baselines } from "../../src/character-model/baselines.js";
import { nGramBits } from "../../src/shelf/character-model/n-grams.js";

const V = 4;
const text = fc.array(fc.nat(V - 1), { minLength: 3, maxLength: 40 }).map((numbers) => Int32Array.from(numbers));

test("the probabilities of all characters that may follow a context sum to 1", () => {
  fc.assert(
    fc.property(text, text, fc.nat(3), (training, before, longest) => {
      // The cost of one more character is what the whole text costs less what it costs without.
      const bitsOf = (all: Int32Array): number => nGramBits(training, all, V, longest)[longest]! * (all.length - 1);
      const known = bitsOf(before);
      const each = Array.from({ length: V }, (_, next) => 2 ** (known - bitsOf(Int32Array.from([...before, next]))));
      expect(each.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
    }),
  );
});

test("without a context is the unigram model", () => {
  fc.assert(
    fc.property(text, text, (training, heldOut) => {
      expect(nGramBits(training, heldOut, V, 0)[0]).toBeCloseTo(baselines(training, heldOut, V).unigram, 12);
    }),
  );
});

test("believes a context as much as it was seen, and the shorter one for the rest", () => {
  // After 0 came 1 and 1: two of three parts for what was seen; p(1) = (2 + 1) / (5 + 4).
  const [, bits] = nGramBits(Int32Array.of(0, 1, 0, 1, 0), Int32Array.of(0, 1), V, 1);
  expect(2 ** -bits!).toBeCloseTo((2 + 3 / 9) / 3, 12);
});
