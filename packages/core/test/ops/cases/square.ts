import { constant, square } from "@unfold/core";
import { booleansRefused, unarySample, type OpCase } from "@unfold/testkit";
import { squareOp } from "../../../src/ops/square.js";
import { derivativeAt } from "../derivative-at.js";
import { integerSample } from "../integer-samples.js";

export const squareCase: OpCase = {
  ops: [squareOp],
  samples: [unarySample("square", square), integerSample("square", square)],
  values: [
    {
      title: "special values",
      build: () => square(constant([0, -0, Infinity, -Infinity, NaN, 1e200, 1e-200])),
      expected: [0, 0, Infinity, Infinity, NaN, Infinity, 0],
    },
    {
      title: "i32 wraps and keeps all bits",
      build: () => square(constant([46341, 65536, 2 ** 31 - 1, -(2 ** 31)], "i32")),
      expected: [-2147479015, 0, 1, 0],
    },
    { title: "derivative", build: () => derivativeAt(square, [-3, 0, 1e4]), expected: [-6, 0, 2e4] },
  ],
  errors: [booleansRefused("square", square)],
};
