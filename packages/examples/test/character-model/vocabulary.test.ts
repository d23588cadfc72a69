/** The numbers of characters. */
import { ValueError } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Vocabulary } from "../../src/character-model/vocabulary.js";

const anyText = fc.string({ unit: "grapheme" });

describe("Vocabulary", () => {
  test("writes back the text it numbered", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const vocabulary = Vocabulary.of(text);
        expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
      }),
    );
  });

  test("numbers the characters of a text 0 to V - 1, leaving none out", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const vocabulary = Vocabulary.of(text);
        const codes = [...new Set(vocabulary.encode(text))].sort((a, b) => a - b);
        expect(codes).toEqual(Array.from({ length: vocabulary.size }, (_, code) => code));
        expect(vocabulary.size).toBe(new Set(text).size);
      }),
    );
  });

  test("is the same for every order of the same characters", () => {
    const permutation = anyText.chain((text) =>
      fc.tuple(fc.constant(text), fc.shuffledSubarray(Array.from(text), { minLength: Array.from(text).length })),
    );
    fc.assert(
      fc.property(permutation, ([text, shuffled]) => {
        expect(Vocabulary.of(shuffled.join("")).characters).toBe(Vocabulary.of(text).characters);
      }),
    );
  });

  test("can be made again from its characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const first = Vocabulary.of(text);
        const again = new Vocabulary(first.characters);
        expect(again.encode(text)).toEqual(first.encode(text));
      }),
    );
  });

  test("names every character it does not know, once, in one line", () => {
    const vocabulary = Vocabulary.of("abc\n");
    expect(() => vocabulary.encode("cab\té\t🐋")).toThrow(ValueError);
    expect(() => vocabulary.encode("cab\té\t🐋")).toThrow(
      'text: every character must be one of the model\'s vocabulary, got "\\t", "é", "🐋". It knows "\\nabc".',
    );
  });
});
