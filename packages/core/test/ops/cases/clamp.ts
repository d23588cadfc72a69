import { clamp, constant } from "@unfold/core";
import { booleansRefused, unarySample, type ErrorCase, type OpCase } from "@unfold/testkit";
import { clampOp } from "../../../src/ops/clamp.js";
import { derivativeAt } from "../derivative-at.js";
import { integerSample } from "../integer-samples.js";

function rangeRefused(min: number, max: number): ErrorCase {
  return {
    title: `the range [${min}, ${max}]`,
    build: () => clamp(constant([1]), min, max),
    code: "CLAMP_RANGE",
    message: `clamp(x, min, max): min must be ≤ max, got ${min} and ${max}.`,
  };
}

export const clampCase: OpCase = {
  ops: [clampOp],
  samples: [
    unarySample("clamp", (x) => clamp(x, -1, 1.5), { avoid: [-1, 1.5] }),
    unarySample("clamp from below", (x) => clamp(x, 0, Infinity), { avoid: [0] }),
    unarySample("clamp from above", (x) => clamp(x, -Infinity, 0), { avoid: [0] }),
    integerSample("clamp", (x) => clamp(x, -3, 4)),
  ],
  values: [
    {
      title: "special values",
      build: () => clamp(constant([-Infinity, Infinity, NaN, -2, 2, -0]), -1, 1),
      expected: [-1, 1, NaN, -1, 1, -0],
    },
    {
      title: "no bounds",
      build: () => clamp(constant([-Infinity, 0, NaN]), -Infinity, Infinity),
      expected: [-Infinity, 0, NaN],
    },
    { title: "a bound of 0 turns -0 into 0", build: () => clamp(constant([-0]), 0, 1), expected: [0] },
    { title: "a range of one point", build: () => clamp(constant([-5, 2, 5]), 2, 2), expected: [2, 2, 2] },
    {
      title: "the ends of i32",
      build: () => clamp(constant([-(2 ** 31), 2 ** 31 - 1], "i32"), -Infinity, Infinity),
      expected: [-(2 ** 31), 2 ** 31 - 1],
    },
    {
      title: "integers stay inside fractional bounds",
      build: () => clamp(constant([-5, 5], "i32"), 0.5, 1.5),
      expected: [1, 1],
    },
    {
      title: "derivative: 1 on the closed range, 0 outside",
      build: () => derivativeAt((x) => clamp(x, -1, 1), [-1e4, -1, 0, 1, 1e4]),
      expected: [0, 1, 1, 1, 0],
    },
  ],
  errors: [
    rangeRefused(2, 1),
    rangeRefused(NaN, 1),
    rangeRefused(0, NaN),
    booleansRefused("clamp", (x) => clamp(x, 0, 1)),
  ],
};
