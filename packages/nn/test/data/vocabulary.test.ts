/** The numbers of tokens. */
import { ValueError } from "@unfold/core";
import { Vocabulary, words } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const anyText = fc.string({ unit: "grapheme" });

describe("Vocabulary", () => {
  test("writes back the text it numbered", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const vocabulary = Vocabulary.of(text);
        expect(vocabulary.decode(vocabulary.encode(text)).join("")).toBe(text);
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
        expect(Vocabulary.of(shuffled.join("")).tokens).toEqual(Vocabulary.of(text).tokens);
      }),
    );
  });

  test("can be made again from its tokens", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const first = Vocabulary.of(text);
        const again = new Vocabulary(first.tokens);
        expect(again.encode(text)).toEqual(first.encode(text));
      }),
    );
  });

  test("names every token it does not know, once, in one line", () => {
    const vocabulary = Vocabulary.of("abc\n");
    expect(() => vocabulary.encode("cab\té\t🐋")).toThrow(ValueError);
    expect(() => vocabulary.encode("cab\té\t🐋")).toThrow(
      'vocabulary.encode(tokens): every token must be one of the vocabulary, got "\\t", "é", "🐋". Make it with a token for unknown ones: Vocabulary.of(tokens, { unknown: "?" }).',
    );
  });

  test("the rarest tokens are left out; one stands for them and has number 0", () => {
    const text = words("the cat and the dog and the bird");
    const vocabulary = Vocabulary.of(text, { maximumSize: 3, unknown: "?" });
    expect(vocabulary.tokens).toEqual(["?", "and", "the"]);
    expect([...vocabulary.encode(["the", "cow"])]).toEqual([2, 0]);
    expect(Vocabulary.of(text, { minimumCount: 3 }).tokens).toEqual(["the"]);
  });

  test("refuses tokens that come twice, an unknown one that is none of them, and numbers of no token", () => {
    expect(() => new Vocabulary(["a", "a"])).toThrow("tokens must be different ones");
    expect(() => new Vocabulary(["a"], "b")).toThrow('the unknown token must be one of the tokens, got "b"');
    expect(() => new Vocabulary(["a"]).decode([1])).toThrow("numbers must be whole and in [0, 1), got 1");
    expect(() => Vocabulary.of("a", { minimumCount: 0 })).toThrow("minimumCount must be a whole number ≥ 1, got 0");
  });
});

test("words of any script, numbers and signs", () => {
  expect(words("It's 42°, naïve  co-op – 鯨!")).toEqual(["It's", "42", "°", ",", "naïve", "co-op", "–", "鯨", "!"]);
  expect(words(" \n")).toEqual([]);
});
