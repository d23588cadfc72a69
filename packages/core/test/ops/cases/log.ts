import { constant, log } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { logOp } from "../../../src/ops/log.js";
import { derivativeAt } from "../derivative-at.js";

export const logCase: OpCase = {
  ops: [logOp],
  samples: [unarySample("log", log, { min: 0.25, max: 4 })],
  values: [
    {
      title: "special values",
      build: () => log(constant([0, -0, 1, -1, Infinity, -Infinity, NaN])),
      expected: [-Infinity, -Infinity, 0, NaN, Infinity, NaN, NaN],
    },
    {
      title: "ln 2 and ln 10",
      build: () => log(constant([2, 10])),
      expected: [0.6931471805599453, 2.302585092994046],
      // ECMAScript leaves the last bits of log to the engine.
      rtol: 5e-16,
      source: "Abramowitz & Stegun 1964, table 1.1",
    },
    {
      title: "derivative, ∞ at 0",
      build: () => derivativeAt(log, [0, 0.25, 1e4, Infinity]),
      expected: [Infinity, 4, 1e-4, 0],
    },
  ],
  errors: [integersRefused("log", log)],
};
