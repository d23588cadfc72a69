import { constant, log1p } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { log1pOp } from "../../../src/ops/log1p.js";
import { derivativeAt } from "../derivative-at.js";

/** ECMAScript leaves the last bits of log1p to the engine; log(1 + x) would be off by 1e-7 near 0. */
const LAST_BITS = 5e-16;

export const log1pCase: OpCase = {
  ops: [log1pOp],
  samples: [unarySample("log1p", log1p, { min: -0.75, max: 3 })],
  values: [
    {
      title: "special values",
      build: () => log1p(constant([0, -0, -1, -2, Infinity, NaN])),
      expected: [0, -0, -Infinity, NaN, Infinity, NaN],
    },
    {
      title: "near 0: x - x²/2 + x³/3",
      build: () => log1p(constant([1e-300, 1e-10, 1e-5])),
      expected: [1e-300, 9.9999999995e-11, 9.9999500003333308e-6],
      rtol: LAST_BITS,
    },
    {
      title: "ln 2",
      build: () => log1p(constant(1)),
      expected: [0.6931471805599453],
      rtol: LAST_BITS,
      source: "Abramowitz & Stegun 1964, table 1.1",
    },
    {
      title: "derivative, ∞ at -1",
      build: () => derivativeAt(log1p, [-1, 0, 3, Infinity]),
      expected: [Infinity, 1, 0.25, 0],
    },
  ],
  errors: [integersRefused("log1p", log1p)],
};
