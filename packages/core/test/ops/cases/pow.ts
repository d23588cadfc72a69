import { constant, pow } from "@unfold/core";
import { binaryErrors, binarySamples, unarySample, type OpCase } from "@unfold/testkit";
import { powOp } from "../../../src/ops/pow.js";
import { derivativeAt, derivativesAt } from "../derivative-at.js";
import { integerPairRefused } from "../refusals.js";

const source = "IEEE 754-2008, 9.2.1";

export const powCase: OpCase = {
  ops: [powOp],
  samples: [
    ...binarySamples("pow", pow, { min: 0.5, max: 2 }),
    unarySample("cube", (x) => pow(x, 3)),
    unarySample("reciprocal of a square", (x) => pow(x, -2), { min: -2, max: -0.5 }),
    unarySample("power 0", (x) => pow(x, 0)),
    unarySample("powers of 2", (x) => pow(2, x)),
  ],
  values: [
    {
      title: "1 to any power, and any base to the power 0",
      build: () => pow(constant([1, 1, 1, NaN, Infinity, 0, -0]), constant([NaN, Infinity, -Infinity, 0, -0, 0, -0])),
      expected: [1, 1, 1, 1, 1, 1, 1],
      source,
    },
    {
      title: "powers of ±∞",
      build: () =>
        pow(
          constant([-1, -1, 0.5, 0.5, 2, 2, -2]),
          constant([Infinity, -Infinity, Infinity, -Infinity, Infinity, -Infinity, Infinity]),
        ),
      expected: [1, 1, 0, Infinity, Infinity, 0, Infinity],
      source,
    },
    {
      title: "base 0 and -0",
      build: () => pow(constant([0, -0, -0, 0, -0, -0, -0]), constant([2, 3, 2, -1, -1, -2, 0.5])),
      expected: [0, -0, 0, Infinity, -Infinity, Infinity, 0],
      source,
    },
    {
      title: "negative bases, NaN",
      build: () => pow(constant([-2, -2, -8, -2, NaN, 2, -1]), constant([3, 2, 1 / 3, -1, 1, NaN, NaN])),
      expected: [-8, 4, NaN, -0.5, NaN, NaN, NaN],
      source,
    },
    {
      title: "infinite bases, overflow",
      build: () =>
        pow(constant([Infinity, Infinity, -Infinity, -Infinity, 1e200, 1e-200]), constant([0.5, -1, 3, -3, 2, 2])),
      expected: [Infinity, 0, -Infinity, -0, Infinity, 0],
      source,
    },
    {
      title: "derivative in the base where it is 0",
      build: () => derivativesAt(pow, [0, 0, 0, 0, 0], [2, 1, 0.5, 0, -1]),
      expected: [0, 1, Infinity, 0, -Infinity, 0, 0, 0, 0, 0],
    },
    {
      title: "derivatives where the exponent is 0: 0 and ln a",
      build: () => derivativesAt(pow, [1, 3, 1e300], [0, 0, 0]),
      expected: [0, 0, 0, 0, 1.0986122886681098, 690.7755278982137],
      // ECMAScript leaves the last bits of log to the engine.
      rtol: 5e-16,
    },
    {
      title: "derivatives for a negative base: finite, and NaN in the exponent",
      build: () => derivativesAt(pow, [-2, -3], [3, 0]),
      expected: [12, 0, NaN, NaN],
    },
    {
      title: "second derivative of x², also at 0",
      build: () => derivativeAt((x) => pow(x, 2), [0, 1], 2),
      expected: [2, 2],
    },
  ],
  errors: [...binaryErrors("pow", pow), integerPairRefused("pow", pow)],
};
