/** Times as people read them. */
import { duration } from "@unfold/report/node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("duration", () => {
  test("reads back as the seconds, rounded", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
        const text = duration(seconds);
        expect(text).toMatch(/^\d+:[0-5]\d$/);
        const [minutes = NaN, rest = NaN] = text.split(":").map(Number);
        expect(minutes * 60 + rest).toBe(Math.round(seconds));
      }),
    );
  });

  test.each([
    [0, "0:00"],
    [65, "1:05"],
    [59.4, "0:59"],
    [59.5, "1:00"],
    [3600, "60:00"],
    [-3, "0:00"],
  ])("of %d seconds is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
