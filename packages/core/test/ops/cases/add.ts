import { add, constant } from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, reals, unarySample, type OpCase } from "@unfold/testkit";
import { addOp } from "../../../src/ops/add.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

export const addCase: OpCase = {
  ops: [addOp],
  samples: [
    ...binarySamples("add", add),
    unarySample("add of a number", (x) => add(1.5, x)),
    { title: "add to itself", inputs: { x: reals([3]) }, build: ({ x }) => add(x!, x!), type: "f32[3]" },
    integerBinarySample("add", add),
  ],
  values: [
    {
      title: "special values",
      build: () =>
        add(constant([0, -0, -0, Infinity, Infinity, NaN, 1e308]), constant([-0, -0, 0, 1, -Infinity, 1, 1e308])),
      expected: [0, -0, 0, Infinity, NaN, NaN, Infinity],
    },
    {
      title: "i32 wraps",
      build: () => add(constant([2 ** 31 - 1, -(2 ** 31), -(2 ** 31)], "i32"), constant([1, -1, -(2 ** 31)], "i32")),
      expected: [-(2 ** 31), 2 ** 31 - 1, 0],
    },
    { title: "a number takes the dtype of i32", build: () => add(constant([1, 2], "i32"), 1), expected: [2, 3] },
    { title: "two numbers", build: () => add(0.5, 0.25), expected: [0.75] },
  ],
  errors: [
    ...binaryErrors("add", add),
    mixedRefused("add", add),
    booleanPairRefused("add", add),
    {
      title: "a fraction next to integers",
      build: () => add(constant([1], "i32"), 0.5),
      code: "VALUE_DTYPE",
      message: "constant(value): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 0.5 at position 0.",
    },
  ],
};
