import { constant, exp } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { expOp } from "../../../src/ops/exp.js";
import { derivativeAt } from "../derivative-at.js";

export const expCase: OpCase = {
  ops: [expOp],
  samples: [unarySample("exp", exp)],
  values: [
    {
      title: "special values",
      build: () => exp(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [1, 1, Infinity, 0, NaN],
    },
    { title: "overflow and underflow", build: () => exp(constant([710, -750])), expected: [Infinity, 0] },
    {
      title: "exp(1), exp(-1), exp(10)",
      build: () => exp(constant([1, -1, 10])),
      expected: [2.718281828459045, 0.36787944117144233, 22026.465794806718],
      // ECMAScript leaves the last bits of exp to the engine.
      rtol: 5e-16,
      source: "Abramowitz & Stegun 1964, table 4.4",
    },
    { title: "derivative in the tails", build: () => derivativeAt(exp, [-1e4, 0, 1e4]), expected: [0, 1, Infinity] },
  ],
  errors: [integersRefused("exp", exp)],
};
