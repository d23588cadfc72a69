import { constant, sub } from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, unarySample, type OpCase } from "@unfold/testkit";
import { subOp } from "../../../src/ops/sub.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

export const subCase: OpCase = {
  ops: [subOp],
  samples: [
    ...binarySamples("sub", sub),
    unarySample("sub from a number", (x) => sub(1.5, x)),
    integerBinarySample("sub", sub),
  ],
  values: [
    {
      title: "special values",
      build: () =>
        sub(constant([0, -0, -0, Infinity, 1, NaN, -1e308]), constant([0, 0, -0, Infinity, Infinity, 1, 1e308])),
      expected: [0, -0, 0, NaN, -Infinity, NaN, -Infinity],
    },
    {
      title: "i32 wraps",
      build: () => sub(constant([-(2 ** 31), 2 ** 31 - 1, 0], "i32"), constant([1, -1, -(2 ** 31)], "i32")),
      expected: [2 ** 31 - 1, -(2 ** 31), -(2 ** 31)],
    },
    { title: "a number takes the dtype of i32", build: () => sub(1, constant([1, 3], "i32")), expected: [0, -2] },
  ],
  errors: [...binaryErrors("sub", sub), mixedRefused("sub", sub), booleanPairRefused("sub", sub)],
};
