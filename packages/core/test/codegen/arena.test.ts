/** Values that live at the same time never share memory; values that do not, do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeLifetimes } from "../../src/codegen/plan/arena.js";
import type { Lifetime } from "../../src/codegen/plan/lifetime.js";
import { placeByBirth } from "../../src/codegen/plan/place-by-birth.js";
import { placeBySize } from "../../src/codegen/plan/place-by-size.js";

const lifetimes = fc.array(
  fc
    .record({ bytes: fc.nat(300), first: fc.nat(40), length: fc.nat(15) })
    .map(({ bytes, first, length }): Lifetime => ({ bytes, first, last: first + length })),
  { maxLength: 40 },
);

/** The most bytes that are alive at one time: no plan can need less. */
function leastBytes(values: readonly Lifetime[]): number {
  const moments = values.flatMap(({ first, last }) => [first, last]);
  const at = (time: number): number =>
    values
      .filter(({ first, last }) => first <= time && time <= last)
      .reduce((sum, { bytes }) => sum + Math.ceil(bytes / 16) * 16, 0);
  return Math.max(0, ...moments.map(at));
}

describe.each([placeLifetimes, placeByBirth, placeBySize])("$name: an arena", (place) => {
  test("no two values that live at the same time overlap", () => {
    fc.assert(
      fc.property(lifetimes, (values) => {
        const { offsets, bytes } = place(values, 16);
        values.forEach((a, i) => {
          expect(offsets[i]! % 16).toBe(0);
          expect(offsets[i]! + a.bytes).toBeLessThanOrEqual(bytes);
          values.slice(0, i).forEach((b, j) => {
            const areTogether = a.first <= b.last && b.first <= a.last && a.bytes > 0 && b.bytes > 0;
            const areApart = offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= offsets[i]!;
            expect(!areTogether || areApart).toBe(true);
          });
        });
      }),
    );
  });

  test("it is at least as large as what lives at one time, and at most as all values side by side", () => {
    fc.assert(
      fc.property(lifetimes, (values) => {
        const { bytes } = place(values, 16);
        expect(bytes).toBeGreaterThanOrEqual(leastBytes(values));
        expect(bytes).toBeLessThanOrEqual(values.reduce((sum, value) => sum + Math.ceil(value.bytes / 16) * 16, 0));
      }),
    );
  });

  test("values that follow each other share one place", () => {
    const chain = Array.from({ length: 100 }, (_, i) => ({ bytes: 64, first: i, last: i + 1 }));
    expect(place(chain, 64).bytes).toBe(128);
  });
});

test("a large value that comes late takes the place of several that are gone", () => {
  const values = [
    { bytes: 128, first: 0, last: 1 },
    { bytes: 64, first: 1, last: 3 },
    { bytes: 64, first: 2, last: 4 },
    { bytes: 128, first: 3, last: 4 },
  ];
  expect(placeByBirth(values, 64).bytes).toBe(320);
  expect(placeLifetimes(values, 64).bytes).toBe(256);
});

test("however many values there are, they are placed in a moment", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({ bytes: 64 * (1 + (i % 7)), first: i, last: i + (i % 50) }));
  const start = performance.now();
  placeLifetimes(many, 64);
  expect(performance.now() - start).toBeLessThan(5000);
});
