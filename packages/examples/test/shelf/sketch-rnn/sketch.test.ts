/** Drawings as moves of a pen, and codes between codes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { beginningOf, linesOf, PEN, sketchOf, type Point } from "../../../src/shelf/sketch-rnn/sketch.js";
import { sphericalInterpolation } from "../../../src/shelf/sketch-rnn/spherical-interpolation.js";

const place = fc.integer({ min: -1000, max: 1000 });
const lines = fc.array(fc.array(fc.tuple(place, place), { minLength: 2, maxLength: 6 }), {
  minLength: 1,
  maxLength: 6,
});

test("moves draw the lines that they were made of, from their first point on", () => {
  fc.assert(
    fc.property(lines, (drawn) => {
      const [left, top] = drawn[0]![0]!;
      const moved = drawn.map((line) => line.map(([x, y]) => [x - left, y - top]));
      expect(linesOf(sketchOf(drawn))).toEqual(moved);
    }),
  );
});

test("nothing is drawn after the end", () => {
  const { offsets, pens } = sketchOf([
    [
      [0, 0],
      [3, 4],
    ],
  ]);
  const longer = { offsets: [...offsets, [0, 0], [5, 5]] as Point[], pens: [...pens, PEN.isDone, PEN.writes] };
  expect(linesOf(longer)).toEqual(linesOf({ offsets, pens }));
  expect(linesOf({ offsets: [], pens: [] })).toEqual([]);
});

test("a beginning is the first half of the lines", () => {
  fc.assert(
    fc.property(lines, (drawn) => {
      const half = drawn.slice(0, Math.ceil(drawn.length / 2));
      expect(linesOf(beginningOf(sketchOf(drawn)))).toEqual(linesOf(sketchOf(half)));
    }),
  );
});

const vector = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 });
const length = (of: readonly number[]): number => Math.hypot(...of);
const angle = (a: readonly number[], b: readonly number[]): number =>
  Math.acos(Math.min(a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (length(a) * length(b)), 1));

test("an arc begins and ends where it should, stays on the sphere, and turns evenly", () => {
  fc.assert(
    fc.property(vector, vector, fc.double({ min: 0, max: 1, noNaN: true }), (first, second, share) => {
      fc.pre(length(first) > 0.1 && length(second) > 0.1);
      const [a, b] = [first, second].map((each) => each.map((value) => value / length(each))) as [number[], number[]];
      const whole = angle(a, b);
      // Between opposite places there are many arcs.
      fc.pre(whole > 0.01 && whole < 3.1);
      const between = sphericalInterpolation(a, b, share);
      expect(length(between)).toBeCloseTo(1, 9);
      expect(angle(a, between)).toBeCloseTo(share * whole, 5);
      sphericalInterpolation(a, b, 1).forEach((value, i) => {
        expect(value).toBeCloseTo(b[i]!, 9);
      });
    }),
  );
});

test("between a vector and itself, and between nothing and something, there are numbers", () => {
  expect(sphericalInterpolation([1, 2], [1, 2], 0.25)).toEqual([1, 2]);
  expect(sphericalInterpolation([0, 0], [1, 2], 0.5)).toEqual([0.5, 1]);
});
