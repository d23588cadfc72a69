import { cast, constant, isNaN } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { isNaNOp } from "../../../src/ops/is-nan.js";

export const isNaNCase: OpCase = {
  ops: [isNaNOp],
  samples: [
    { ...unarySample("isNaN", isNaN), type: "bool[2, 3]" },
    { ...unarySample("isNaN as a number", (x) => cast(isNaN(x), "f32")), gradient: "none" },
  ],
  values: [
    {
      title: "special values",
      build: () => isNaN(constant([0, -0, Infinity, -Infinity, NaN, 1])),
      expected: [0, 0, 0, 0, 1, 0],
    },
  ],
  errors: [integersRefused("isNaN", isNaN)],
};
