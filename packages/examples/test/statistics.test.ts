/** What is said of numbers, of however many. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indexOfLargest, largest, least } from "../src/statistics.js";

test("the least and the largest are those of Math.min and Math.max", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
      expect(least(values) === Math.min(...values)).toBe(true);
      expect(largest(values) === Math.max(...values)).toBe(true);
      expect(indexOfLargest(values)).toBe(values.indexOf(Math.max(...values)));
    }),
  );
});

test("of more values than a function has room for as arguments", () => {
  const values = Array.from({ length: 500_000 }, (_, i) => i);
  expect([least(values), largest(values), indexOfLargest(values)]).toEqual([0, 499_999, 499_999]);
});
