import { constant, relu } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { reluOp } from "../../../src/ops/relu.js";
import { derivativeAt } from "../derivative-at.js";

export const reluCase: OpCase = {
  ops: [reluOp],
  samples: [unarySample("relu", relu, { avoid: [0] })],
  values: [
    {
      title: "special values",
      build: () => relu(constant([0, -0, -3, 3, Infinity, -Infinity, NaN])),
      expected: [0, 0, 0, 3, Infinity, 0, NaN],
    },
    {
      title: "derivative, 0 at 0",
      build: () => derivativeAt(relu, [-1e4, -0, 0, 5e-324, 1e4]),
      expected: [0, 0, 0, 1, 1],
    },
  ],
  errors: [integersRefused("relu", relu)],
};
