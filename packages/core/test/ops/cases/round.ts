import { constant, round } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { roundOp } from "../../../src/ops/round.js";

export const roundCase: OpCase = {
  ops: [roundOp],
  samples: [{ ...unarySample("round", round), gradient: "none" }],
  values: [
    {
      title: "special values",
      build: () => round(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, Infinity, -Infinity, NaN],
    },
    {
      title: "halves go to the even neighbor",
      build: () => round(constant([0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5])),
      expected: [0, 2, 2, 4, -0, -2, -2, -4],
      source: "IEEE 754-2008, 4.3.1, roundTiesToEven",
    },
    {
      title: "the neighbors of a half, and numbers too large for a fraction",
      build: () => round(constant([0.49999999999999994, 0.5000000000000001, -0.3, -0.7, 2 ** 52 + 1, -1e300])),
      expected: [0, 1, -0, -1, 2 ** 52 + 1, -1e300],
    },
  ],
  errors: [integersRefused("round", round)],
};
