import { constant, reciprocal } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { reciprocalOp } from "../../../src/ops/reciprocal.js";
import { derivativeAt } from "../derivative-at.js";

export const reciprocalCase: OpCase = {
  ops: [reciprocalOp],
  samples: [
    unarySample("reciprocal", reciprocal, { min: 0.5, max: 2 }),
    unarySample("reciprocal (of negatives)", reciprocal, { min: -2, max: -0.5 }),
  ],
  values: [
    {
      title: "special values",
      build: () => reciprocal(constant([0, -0, Infinity, -Infinity, NaN, -4])),
      expected: [Infinity, -Infinity, 0, -0, NaN, -0.25],
    },
    {
      title: "derivative, -∞ at 0",
      build: () => derivativeAt(reciprocal, [0, -2, 4, Infinity]),
      expected: [-Infinity, -0.25, -0.0625, -0],
    },
  ],
  errors: [integersRefused("reciprocal", reciprocal)],
};
