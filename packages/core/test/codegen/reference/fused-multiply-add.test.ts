/** The emulated fused multiply-add where rounding to f64 first would go wrong. */
import { expect, test } from "vitest";
import { fusedMultiplyAdd } from "./fused-multiply-add.js";

/** Its square is halfway between two f32 numbers. */
const A = 1 + 2 ** -12;

test.each([
  ["just above half way", A, A, 2 ** -80, 1 + 2 ** -11 + 2 ** -23],
  ["just below half way", A, A, -(2 ** -80), 1 + 2 ** -11],
  ["just below half way, negative", A, -A, 2 ** -80, -(1 + 2 ** -11)],
  ["half way goes to the even one", A, A, 0, 1 + 2 ** -11],
  ["nothing is lost", 3, 5, -15, 0],
  ["what the product would lose", A, A, -(1 + 2 ** -11), 2 ** -24],
  ["subnormal, just above half way", 2 ** -75, 1.5 * 2 ** -74, 2 ** -149, 2 * 2 ** -149],
  ["overflow", 2 ** 127, 2, 1, Infinity],
  ["NaN", Infinity, 0, 1, NaN],
])("%s", (_, a, b, c, expected) => {
  expect(fusedMultiplyAdd(a, b, c)).toBe(expected);
});
