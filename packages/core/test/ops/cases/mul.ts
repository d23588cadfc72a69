import { constant, mul } from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, reals, unarySample, type OpCase } from "@unfold/testkit";
import { mulOp } from "../../../src/ops/mul.js";
import { derivativesAt } from "../derivative-at.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

export const mulCase: OpCase = {
  ops: [mulOp],
  samples: [
    ...binarySamples("mul", mul),
    unarySample("mul by a number", (x) => mul(-1.5, x)),
    { title: "mul by itself", inputs: { x: reals([3]) }, build: ({ x }) => mul(x!, x!), type: "f32[3]" },
    integerBinarySample("mul", mul),
  ],
  values: [
    {
      title: "special values",
      build: () =>
        mul(constant([0, -0, 0, -2, NaN, 1e200, 1e-200]), constant([-1, -1, Infinity, Infinity, 0, 1e200, 1e-200])),
      expected: [-0, 0, NaN, -Infinity, NaN, Infinity, 0],
    },
    {
      title: "i32 wraps",
      build: () => mul(constant([2 ** 30, 65537, -(2 ** 31)], "i32"), constant([4, 65537, -1], "i32")),
      expected: [0, 131073, -(2 ** 31)],
    },
    {
      title: "i32 keeps all bits of products above 2^53",
      build: () => mul(constant([2 ** 31 - 1], "i32"), constant([2 ** 31 - 1], "i32")),
      expected: [1],
    },
    {
      title: "derivatives where a factor is 0",
      build: () => derivativesAt(mul, [0, 3, 0], [5, 0, 0]),
      expected: [5, 0, 0, 0, 3, 0],
    },
  ],
  errors: [...binaryErrors("mul", mul), mixedRefused("mul", mul), booleanPairRefused("mul", mul)],
};
