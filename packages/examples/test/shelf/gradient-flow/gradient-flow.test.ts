/** The example at a small size: its figures, its pictures, its text. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compareMemories, type Comparison } from "../../../src/shelf/gradient-flow/compare-memories.js";
import { comparisonParts } from "../../../src/shelf/gradient-flow/comparison-parts.js";
import { asText, bar, distances, percent } from "../../../src/shelf/gradient-flow/comparison-text.js";
import { forgottenAfter } from "../../../src/shelf/gradient-flow/memory-figures.js";

const SMALL = { seed: 1, steps: 7, units: 3, updates: 2 };

describe("a small run", () => {
  let comparison: Comparison;
  beforeAll(async () => {
    comparison = await compareMemories(SMALL, () => undefined);
  });

  test("has figures of every step, for both networks, before and after", () => {
    for (const network of [comparison.elman, comparison.lstm]) {
      for (const figures of [network.initial, network.trained]) {
        expect(figures.flow[network.memory]![0]).toBe(1);
        for (const shares of [...Object.values(figures.flow), figures.spectralRadius, figures.ownFactor]) {
          expect(shares).toHaveLength(SMALL.steps);
          expect(shares.every((share) => share >= 0 && Number.isFinite(share))).toBe(true);
        }
        figures.largestSingularValue.forEach((largest, t) => {
          // Of the rounding of squarings.
          expect(figures.spectralRadius[t]).toBeLessThanOrEqual(largest * (1 + 1e-9));
        });
        for (const { counts } of Object.values(figures.saturation)) {
          expect(counts.reduce((total, count) => total + count)).toBe(SMALL.steps * SMALL.units * 256);
        }
      }
      expect(network.initial.error).not.toBe(network.trained.error);
    }
    expect(Object.keys(comparison.lstm.trained.flow).sort()).toEqual([
      "c",
      "candidate",
      "forget",
      "h",
      "input",
      "output",
    ]);
  });

  test("is the same to the last bit the second time", async () => {
    expect(await compareMemories(SMALL, () => undefined)).toEqual(comparison);
  });

  test("makes nine pictures", () => {
    const html = comparisonParts(comparison, SMALL).join("\n");
    expect(html.match(/<svg[\s\S]*?<\/svg>/g)).toHaveLength(9);
    for (const text of ["steps before the last", "spectral radius", "t = 2", "elman/recurrentWeight", "forget"])
      expect(html).toContain(text);
  });

  test("writes a number on every edge between operations", () => {
    const { picture } = comparison.elman;
    // Three steps of a product with x, one with h, their sum, the bias added, tanh: 3 · (2 + 2 + 2 + 2 + 1) operands,
    // of the first h before step 0 and of the bias one view more each; no result of the network is an operand.
    const texts = picture.match(/>(\d\.?\d*|\de-\d+)<\/text>/g) ?? [];
    expect(texts.length).toBeGreaterThanOrEqual(27);
    expect(texts).toContain(">1</text>");
  });

  test("prints a line per distance", () => {
    const text = asText(comparison, SMALL);
    for (const distance of distances(SMALL.steps)) expect(text).toMatch(new RegExp(`│ ${distance} +│`));
    expect(text).toContain("Elman, trained: of the gradient");
  });
});

describe("figures as text", () => {
  test("what is forgotten is below 1 % from there on, and not before", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.02, noNaN: true }), { minLength: 1, maxLength: 9 }), (shares) => {
        const flow = [1, ...shares];
        const after = forgottenAfter(flow);
        if (after === null) expect(flow.at(-1)).toBeGreaterThanOrEqual(0.01);
        else {
          expect(flow.slice(after).every((share) => share < 0.01)).toBe(true);
          expect(flow[after - 1]).toBeGreaterThanOrEqual(0.01);
        }
      }),
    );
  });

  test.each([
    [1, 30, "100 %"],
    [0.01, 15, "1 %"],
    [0.0001, 0, "0.01 %"],
    [1e-9, 0, "1e-7 %"],
    [0, 0, "0 %"],
    [7, 30, "700 %"],
  ])("a share of %d", (share, length, text) => {
    expect(bar(share)).toBe("█".repeat(length));
    expect(percent(share)).toBe(text);
  });

  test("distances grow and end at the first step", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 1000 }), (steps) => {
        const list = distances(steps);
        expect(list.at(-1)).toBe(steps - 1);
        expect(list).toEqual([...new Set(list)].sort((a, b) => a - b));
      }),
    );
  });
});
