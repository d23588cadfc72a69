/** The example at a small size: its figures, its pictures, its text. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compareMemories, type Comparison } from "../../../src/shelf/gradient-flow/compare-memories.js";
import { comparisonParts } from "../../../src/shelf/gradient-flow/comparison-parts.js";
import { curve } from "../../../src/shelf/gradient-flow/comparison-details.js";
import { asText, bar, distances } from "../../../src/shelf/gradient-flow/comparison-text.js";
import { forgottenAfter } from "../../../src/shelf/gradient-flow/memory-figures.js";
import { percent } from "../../../src/shelf/gradient-flow/percent.js";

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

  test("prints gates, Jacobians and saturation of both, on lines of at most 100 characters", () => {
    const text = asText(comparison, SMALL);
    expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
    for (const network of [comparison.elman, comparison.lstm]) {
      const own = text.slice(text.indexOf(`${network.title}, trained: the gradient at`));
      const { flow, saturation, spectralRadius } = network.trained;
      for (const [label, shares] of Object.entries(flow)) {
        const row = new RegExp(
          `^${label} .*${percent(shares[0]!)} .*${percent(shares.at(-1)!)} +[▁-█]{${SMALL.steps}}$`,
          "mu",
        );
        expect(own).toMatch(row);
      }
      const largest = Math.max(...spectralRadius).toFixed(3);
      expect(own).toMatch(new RegExp(`^spectral radius .*${largest} +[▁-█]{${SMALL.steps}}$`, "mu"));
      for (const [label, { low, high, counts }] of Object.entries(saturation)) {
        const row = new RegExp(`^${label} +${percent(low)} +${percent(high)} +[▁-█]{${counts.length}}$`, "mu");
        expect(own).toMatch(row);
      }
    }
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
    [1, 28, "100 %"],
    [0.01, 14, "1 %"],
    [0.0001, 0, "0.01 %"],
    [1e-9, 0, "1e-7 %"],
    [0, 0, "0 %"],
    [7, 28, "700 %"],
  ])("a share of %d", (share, length, text) => {
    expect(bar(share)).toBe("█".repeat(length));
    expect(percent(share)).toBe(text);
  });

  test("a curve has its ends where the shares have theirs, and fits", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }), (shares) => {
        const text = curve(shares);
        expect(text).toHaveLength(Math.min(40, shares.length));
        expect(text.at(-1)).toBe(curve([shares.at(-1)!]));
        if (shares.length > 1) expect(text[0]).toBe(curve([shares[0]!]));
      }),
    );
    expect(curve([0, 0.5, 1, 2])).toBe("▁▅██");
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
