/** Folding to ASCII. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldToAscii } from "../src/ascii.js";

const anyText = fc.string({ unit: "binary" });

describe("foldToAscii", () => {
  test("leaves line ends and printable ASCII only, whatever comes in", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldToAscii(text)).toMatch(/^[\n -~]*$/);
      }),
    );
  });

  test("leaves printable ASCII and line ends as they are", () => {
    const unit = fc.constantFrom(...Array.from("\n !\"#$%&'()*+,-./0123456789:;<=>?@AZaz[\\]^_`{|}~"));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(foldToAscii(text)).toBe(text);
      }),
    );
  });

  test("folds what it folded no further", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldToAscii(foldToAscii(text))).toBe(foldToAscii(text));
      }),
    );
  });

  test("folds every character by itself, line ends apart", () => {
    const noReturn = anyText.map((text) => text.replaceAll("\r", ""));
    fc.assert(
      fc.property(noReturn, noReturn, (a, b) => {
        expect(foldToAscii(a + b)).toBe(foldToAscii(a) + foldToAscii(b));
      }),
    );
  });

  test.each([
    ["“Café”—œuvre…", '"Cafe"--oeuvre...'],
    ["‘a’ ‚b‚ „c„ «d»", "'a' 'b' \"c\" \"d\""],
    ["1851–1852 − ‐ ‑ ―", "1851-1852 - - - --"],
    ["Ærø Straße Ñandú", "AEro Strasse Nandu"],
    ["e\u0301", "e"],
    ["½ ﬁ", "1/2 fi"],
    ["a\r\nb\rc\td\u00a0e", "a\nb\nc d e"],
    ["תן κητος 鯨 🐋", "   "],
  ])("%j becomes %j", (text, folded) => {
    expect(foldToAscii(text)).toBe(folded);
  });
});
