import { constant, neg } from "@unfold/core";
import { booleansRefused, unarySample, type OpCase } from "@unfold/testkit";
import { negOp } from "../../../src/ops/neg.js";
import { derivativeAt } from "../derivative-at.js";
import { integerSample } from "../integer-samples.js";

export const negCase: OpCase = {
  ops: [negOp],
  samples: [unarySample("neg", neg), integerSample("neg", neg)],
  values: [
    {
      title: "special values",
      build: () => neg(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [-0, 0, -Infinity, Infinity, NaN],
    },
    {
      title: "i32 wraps, and has no -0",
      build: () => neg(constant([0, 5, -(2 ** 31), 2 ** 31 - 1], "i32")),
      expected: [0, -5, -(2 ** 31), -(2 ** 31) + 1],
    },
    { title: "derivative", build: () => derivativeAt(neg, [0, 1e4, Infinity]), expected: [-1, -1, -1] },
  ],
  errors: [booleansRefused("neg", neg)],
};
