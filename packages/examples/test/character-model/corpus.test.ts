/** The novel in two parts. */
import { ValueError } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadNovel, splitCorpus } from "../../src/character-model/corpus.js";

const texts = fc.record({
  text: fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"), minLength: 8, maxLength: 80 }),
  share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
});

describe("splitCorpus", () => {
  test("cuts the text in two that do not overlap; only characters the first part lacks are missing", () => {
    fc.assert(
      fc.property(texts, ({ text, share }) => {
        const cut = text.length - Math.round(text.length * share);
        const [first, last] = [text.slice(0, cut), text.slice(cut)];
        const known = Array.from(last)
          .filter((character) => first.includes(character))
          .join("");
        fc.pre(first.length >= 2 && known.length >= 2);
        const { training, heldOut, vocabulary, unseen } = splitCorpus("a text", text, share);
        expect(vocabulary.tokens.join("")).toBe([...new Set(first)].sort().join(""));
        expect(vocabulary.decode(training).join("")).toBe(first);
        expect(vocabulary.decode(heldOut).join("")).toBe(known);
        expect(unseen).toBe(last.length - known.length);
      }),
    );
  });

  test.each(["", "a", "abab", "aaaaaaaaab".repeat(2).replace(/b$/, "c")])("refuses %j: a part is too short", (text) => {
    expect(() => splitCorpus("a text", text)).toThrow(ValueError);
    expect(() => splitCorpus("a text", text)).toThrow(/^splitCorpus\("a text", text, 0\.05\): both parts must have/);
  });
});

describe("loadNovel", () => {
  const novel = loadNovel();
  const read = (part: Int32Array, from: number, to?: number): string =>
    novel.vocabulary.decode(part.slice(from, to)).join("");

  test("is the whole book, from the first sentence to the last, without the table of contents", () => {
    expect(novel.training.length + novel.heldOut.length + novel.unseen).toBeGreaterThan(1_200_000);
    expect(read(novel.training, 0)).toContain("Call me Ishmael. Some years ago--never mind how long precisely--");
    expect(read(novel.heldOut, 0)).toContain("only found another orphan");
    expect(read(novel.heldOut, 0)).not.toMatch(/CHAPTER 1\b/);
    expect(read(novel.training, 0)).not.toContain("Epilogue");
  });

  test("holds out a twentieth and has few characters", () => {
    const all = novel.training.length + novel.heldOut.length + novel.unseen;
    expect((novel.heldOut.length + novel.unseen) / all).toBeCloseTo(0.05, 5);
    expect(novel.vocabulary.tokens.join("")).toMatch(/^[\n -~]+$/);
    expect(novel.vocabulary.size).toBe(80);
  });
});
