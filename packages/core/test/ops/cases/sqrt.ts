import { constant, sqrt } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { sqrtOp } from "../../../src/ops/sqrt.js";
import { derivativeAt } from "../derivative-at.js";

export const sqrtCase: OpCase = {
  ops: [sqrtOp],
  samples: [unarySample("sqrt", sqrt, { min: 0.25, max: 4 })],
  values: [
    {
      title: "special values",
      build: () => sqrt(constant([0, -0, -1, Infinity, -Infinity, NaN, 4, 1e-300])),
      expected: [0, -0, NaN, Infinity, NaN, NaN, 2, 1e-150],
    },
    {
      title: "sqrt(2), sqrt(3)",
      build: () => sqrt(constant([2, 3])),
      // IEEE 754 demands the nearest double.
      expected: [1.4142135623730951, 1.7320508075688772],
      source: "Abramowitz & Stegun 1964, table 1.1",
    },
    {
      title: "derivative, ∞ at 0",
      build: () => derivativeAt(sqrt, [0, 4, 1e8, Infinity]),
      expected: [Infinity, 0.25, 5e-5, 0],
    },
  ],
  errors: [integersRefused("sqrt", sqrt)],
};
