/** Strings of the embedded Reber grammar are those of the grammar, and what may come next is known. */
import { expect, test } from "vitest";
import { embeddedReber, SYMBOLS } from "../../src/reproduce/tasks/embedded-reber.js";

const LONGEST = 41;
const next = embeddedReber(1, "test", LONGEST);
const strings = Array.from({ length: 2000 }, next);

/** What may come, found by looking: all symbols that ever came after the same beginning. */
const seen = new Map<string, Set<string>>();
for (const { symbols } of strings)
  for (let t = 1; t < symbols.length; t++) {
    const before = symbols.slice(0, t);
    seen.set(before, (seen.get(before) ?? new Set()).add(symbols[t]!));
  }

test("the second symbol comes again before the last", () => {
  for (const { symbols } of strings) {
    expect(symbols).toMatch(/^B([TP])B[TPSXV]+E\1E$/);
    expect(symbols.length).toBeLessThanOrEqual(LONGEST);
    expect(Array.from(symbols).every((symbol) => SYMBOLS.includes(symbol))).toBe(true);
  }
});

test("a string is mostly 12 symbols long: 8 of Reber's grammar and 4 around them", () => {
  // The variance of a length is below 25: 2,000 of them have a standard error of 0.11.
  const mean = strings.reduce((total, { symbols }) => total + symbols.length, 0) / strings.length;
  expect(Math.abs(mean - 12)).toBeLessThan(0.45);
});

test("every symbol that comes is legal, and every legal one comes", () => {
  for (const { symbols, legal } of strings) {
    expect(legal).toHaveLength(symbols.length - 1);
    legal.forEach((may, t) => {
      const came = seen.get(symbols.slice(0, t + 1))!;
      for (const symbol of came) expect(may).toContain(symbol);
      // Seldom beginnings have not shown all that may follow.
      if (t < 4) expect(came.size).toBe(may.length);
    });
  }
});
