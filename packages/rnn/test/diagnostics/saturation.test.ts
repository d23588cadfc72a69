/** Histograms count every value once, and shares at the ends are those of the values there. */
import { saturation } from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

test("every value lies in one bin; the shares are those beyond the margins", () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 7 }), (list, bins) => {
      const { counts, low, high } = saturation(list, { range: [-1, 1], bins, margin: 0.25 });
      expect(counts).toHaveLength(bins);
      expect(counts.reduce((total, count) => total + count)).toBe(list.length);
      expect(low * list.length).toBeCloseTo(list.filter((x) => x < -0.5).length, 9);
      expect(high * list.length).toBeCloseTo(list.filter((x) => x > 0.5).length, 9);
    }),
  );
});

test("the ends belong to the first and the last bin", () => {
  expect(saturation([0, 0.1, 0.5, 1, 1])).toEqual({ counts: [1, 1, 0, 0, 0, 1, 0, 0, 0, 2], low: 0.2, high: 0.4 });
});

describe("errors", () => {
  test.each([
    [[0.5, 1.5], "1.5"],
    [[NaN], "NaN"],
    [[], "no values"],
  ])("%j", (values, got) => {
    expectProblem(() => saturation(values), {
      name: "ValueError",
      code: "SATURATION_VALUE",
      message: `saturation(values, options): there must be values, all in [0, 1], got ${got}. range: [-1, 1] is that of tanh.`,
    });
  });

  test.each([
    [{ range: [1, 0] }, "SATURATION_RANGE", "range must be [low, high] with finite low < high, got [1, 0]"],
    [{ range: [0, NaN] }, "SATURATION_RANGE", "range must be [low, high] with finite low < high, got [0, NaN]"],
    [{ bins: 0 }, "SETTING_RANGE", "bins must be a whole number in [1, 10000], got 0"],
    [{ bins: 1e9 }, "SETTING_RANGE", "bins must be a whole number in [1, 10000], got 1000000000"],
    [{ margin: 0.6 }, "SETTING_RANGE", "margin must be in (0, 0.5], got 0.6"],
  ] as const)("%j", (options, code, message) => {
    expectProblem(() => saturation([0.5], options), {
      name: "ValueError",
      code,
      message: `saturation(values, options): ${message}.`,
    });
  });
});
