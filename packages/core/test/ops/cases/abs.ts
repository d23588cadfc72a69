import { abs, constant } from "@unfold/core";
import { booleansRefused, unarySample, type OpCase } from "@unfold/testkit";
import { absOp } from "../../../src/ops/abs.js";
import { derivativeAt } from "../derivative-at.js";
import { integerSample } from "../integer-samples.js";

export const absCase: OpCase = {
  ops: [absOp],
  samples: [unarySample("abs", abs, { avoid: [0] }), integerSample("abs", abs)],
  values: [
    {
      title: "special values",
      build: () => abs(constant([0, -0, Infinity, -Infinity, NaN, -1.5])),
      expected: [0, 0, Infinity, Infinity, NaN, 1.5],
    },
    {
      title: "i32 wraps",
      build: () => abs(constant([-3, 0, -(2 ** 31), 2 ** 31 - 1], "i32")),
      expected: [3, 0, -(2 ** 31), 2 ** 31 - 1],
    },
    {
      title: "derivative, 0 at 0",
      build: () => derivativeAt(abs, [-1e4, 0, 1e4]),
      expected: [-1, 0, 1],
    },
  ],
  errors: [booleansRefused("abs", abs)],
};
