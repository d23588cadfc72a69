import { constant, softplus } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { softplusOp } from "../../../src/ops/softplus.js";
import { derivativeAt } from "../derivative-at.js";

export const softplusCase: OpCase = {
  ops: [softplusOp],
  samples: [unarySample("softplus", softplus), unarySample("softplus (wide)", softplus, { min: -8, max: 8 })],
  values: [
    {
      title: "special values",
      build: () => softplus(constant([Infinity, -Infinity, NaN, 1e4, -1e4])),
      expected: [Infinity, 0, NaN, 1e4, 0],
    },
    {
      title: "ln 2 at 0, the closed form at 1, and tails with all digits",
      build: () => softplus(constant([0, 1, -50, -700])),
      expected: [0.6931471805599453, 1.3132616875182228, 1.928749847963918e-22, 9.859676543759771e-305],
      // Two roundings and the engine's exp and log1p.
      rtol: 1e-15,
    },
    {
      title: "derivative: 0, ½ and 1",
      build: () => derivativeAt(softplus, [-Infinity, -1e4, 0, 1e4, Infinity]),
      expected: [0, 0, 0.5, 1, 1],
    },
  ],
  errors: [integersRefused("softplus", softplus)],
};
