import { constant, sigmoid } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { sigmoidOp } from "../../../src/ops/sigmoid.js";
import { derivativeAt } from "../derivative-at.js";

export const sigmoidCase: OpCase = {
  ops: [sigmoidOp],
  samples: [unarySample("sigmoid", sigmoid), unarySample("sigmoid (wide)", sigmoid, { min: -8, max: 8 })],
  values: [
    {
      title: "special values",
      build: () => sigmoid(constant([0, -0, Infinity, -Infinity, NaN, 1e4, -1e4])),
      expected: [0.5, 0.5, 1, 0, NaN, 1, 0],
    },
    {
      title: "closed form at ±1 and 2, and tails with all digits where e⁻ˣ overflows",
      build: () => sigmoid(constant([1, -1, 2, -50, -709.9])),
      expected: [
        0.7310585786300049, 0.2689414213699951, 0.8807970779778824, 1.928749847963918e-22, 4.947061357598873e-309,
      ],
      // Three roundings and the engine's exp.
      rtol: 1e-15,
    },
    {
      title: "derivative: ¼ at 0, 0 in the tails",
      build: () => derivativeAt(sigmoid, [-Infinity, -1e4, 0, 1e4, Infinity]),
      expected: [0, 0, 0.25, 0, 0],
    },
  ],
  errors: [integersRefused("sigmoid", sigmoid)],
};
