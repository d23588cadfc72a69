import { constant, expm1 } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { expm1Op } from "../../../src/ops/expm1.js";
import { derivativeAt } from "../derivative-at.js";

/** ECMAScript leaves the last bits of expm1 to the engine; exp(x) - 1 would be off by 1e-7 near 0. */
const LAST_BITS = 5e-16;

export const expm1Case: OpCase = {
  ops: [expm1Op],
  samples: [unarySample("expm1", expm1)],
  values: [
    {
      title: "special values",
      build: () => expm1(constant([0, -0, Infinity, -Infinity, NaN, -750])),
      expected: [0, -0, Infinity, -1, NaN, -1],
    },
    {
      title: "near 0: x + x²/2 + x³/6",
      build: () => expm1(constant([1e-300, 1e-10, 1e-5])),
      expected: [1e-300, 1.00000000005e-10, 1.00000500001666671e-5],
      rtol: LAST_BITS,
    },
    {
      title: "e - 1 and 1/e - 1",
      build: () => expm1(constant([1, -1])),
      expected: [1.718281828459045, -0.6321205588285577],
      rtol: LAST_BITS,
      source: "Abramowitz & Stegun 1964, table 4.4",
    },
    { title: "derivative in the tails", build: () => derivativeAt(expm1, [-1e4, 0, 1e4]), expected: [0, 1, Infinity] },
  ],
  errors: [integersRefused("expm1", expm1)],
};
