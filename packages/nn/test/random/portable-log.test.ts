/** The portable logarithm against the engine's. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { portableLog } from "../../src/random/portable-log.js";

/** Two logarithms, each a few roundings of 1.1e-16 from the true one. */
const RTOL = 6e-16;
const SMALLEST_NORMAL = 2 ** -1022;

function expectNearMathLog(x: number): void {
  expect(Math.abs(portableLog(x) - Math.log(x)), `ln ${x}`).toBeLessThanOrEqual(RTOL * Math.abs(Math.log(x)));
}

test("it equals Math.log for numbers of any size", () => {
  fc.assert(
    fc.property(fc.double({ min: SMALLEST_NORMAL, max: Number.MAX_VALUE, noNaN: true }), (x) => {
      expectNearMathLog(x);
    }),
  );
});

test("it equals Math.log near 1, where the logarithm is smallest", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.4, max: 2.9, noNaN: true }), (x) => {
      expectNearMathLog(x);
    }),
  );
});

test("it equals Math.log next to 1 and next to the ends of its series", () => {
  for (const x of [1 - 2 ** -53, 1 + 2 ** -52, Math.SQRT1_2, Math.SQRT2, SMALLEST_NORMAL, Number.MAX_VALUE])
    expectNearMathLog(x);
});

test("ln 1 is 0", () => {
  expect(portableLog(1)).toBe(0);
});

test("ln 2 is correctly rounded", () => {
  expect(portableLog(2)).toBe(Math.LN2);
});
