import { constant, tanh } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { tanhOp } from "../../../src/ops/tanh.js";

export const tanhCase: OpCase = {
  ops: [tanhOp],
  samples: [unarySample("tanh", tanh)],
  values: [
    {
      title: "special values",
      build: () => tanh(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, 1, -1, NaN],
    },
    {
      title: "tanh(1)",
      build: () => tanh(constant(1)),
      expected: [0.7615941559557649],
      rtol: 1e-15,
      source: "Abramowitz & Stegun 1964, table 4.15",
    },
  ],
  errors: [integersRefused("tanh", tanh)],
};
