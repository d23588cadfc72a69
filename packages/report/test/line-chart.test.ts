/** Charts of curves: where things are drawn. */
import { lineChart } from "@unfold/report";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const [x, y] = [{ name: "step" }, { name: "share" }];

/** Points of the first curve's path, in pixels. */
function drawn(svg: string): [number, number][] {
  const path = /<path d="M([^"]*)" fill="none"[^>]*stroke="#2563eb" stroke-width="2" stroke-linejoin/.exec(svg)![1]!;
  return path.split(/[LM]/).map((pair) => pair.trim().split(/[ ,]/).map(Number) as [number, number]);
}

test("a curve's points stand where their numbers say, on either scale", () => {
  const heights = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(heights, fc.boolean(), (points, isLog) => {
      const axis = { ...y, isLog, min: 1e-3, max: 1e3 };
      const svg = lineChart({ x: { ...x, min: 0, max: 7 }, y: axis, curves: [{ name: "a", points }] });
      const scaled = (value: number): number => (isLog ? (Math.log10(value) + 3) / 6 : (value - 1e-3) / (1e3 - 1e-3));
      // The grid: from 70 to 820 and from 330 up to 40.
      drawn(svg).forEach(([left, top], i) => {
        expect(left).toBeCloseTo(70 + (750 * i) / 7, 0);
        expect(Math.abs(top - (330 - 290 * scaled(points[i]!)))).toBeLessThan(0.2);
      });
    }),
    { numRuns: 12 },
  );
});

describe("levels", () => {
  test.each([
    ["across a linear axis", { isLog: false, min: 0, max: 1 }, 0.1666, 0.1666],
    ["across a logarithmic axis", { isLog: true, min: 1e-8, max: 1 }, 1e-4, 0.5],
  ] as const)("%s stand at their value, however small", (_, range, value, share) => {
    const axis = { ...y, ...range };
    const svg = lineChart({
      x,
      y: axis,
      curves: [{ name: "a", points: [0.5, 0.7] }],
      levels: [{ y: value, text: "L" }],
    });
    expect(svg).toContain(">L</text>");
    const top = Number(/<path d="M70 ([\d.]+)L750 \1" [^>]*stroke="#71717a"/.exec(svg)![1]);
    expect(Math.abs(top - (330 - 290 * share))).toBeLessThan(1);
  });
});

test("where a number is missing the line has a gap, and a single point is drawn", () => {
  const chart = (points: readonly number[]): string => lineChart({ x, y, curves: [{ name: "a", points }] });
  expect(/d="(M[^"]*M[^"]*)" fill="none"/.test(chart([1, 2, NaN, 2, 3]))).toBe(true);
  expect(/d="(M[^"]*M[^"]*)" fill="none"/.test(chart([1, 2, 2.5, 2, 3]))).toBe(false);
  expect(chart([1]).length).toBeGreaterThan(chart([]).length);
});

test("texts stand at whole places of an axis instead of numbers, each of them", () => {
  const labels = Array.from("manyyearsagoaboyandgirllivedbytheseatheyplayedhappily");
  const points = labels.map((_, i) => i % 3);
  const svg = lineChart({ x: { name: "letter", labels }, y: { name: "error" }, curves: [{ name: "squared", points }] });
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
  expect(texts.filter((text) => /^[a-z]$/.test(text))).toEqual(labels);
});
