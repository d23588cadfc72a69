import { constant, gradient, mul, param, prod, sum, type FloatNode } from "@unfold/core";
import type { OpCase } from "@unfold/testkit";
import { derivativeAt } from "../derivative-at.js";
import { emptyReductionSample, integerReductionSample, reductionSamples } from "../reduction-samples.js";

/** H v, where H holds the second derivatives of the product of three elements: v tells its columns apart. */
function secondDerivatives(elements: readonly [number, number, number]): FloatNode {
  const x = param("x", elements);
  const [first] = gradient(prod(x), [x]);
  return gradient(sum(mul(first, constant([1, 10, 100]))), [x])[0];
}

export const prodCase: OpCase = {
  ops: [],
  samples: [
    ...reductionSamples("prod", (x, options) => prod(x, options)),
    emptyReductionSample("prod", (x, options) => prod(x, options)),
    integerReductionSample("prod", (x, options) => prod(x, options)),
  ],
  values: [
    {
      title: "everything",
      build: () =>
        prod(
          constant([
            [1, 2],
            [3, 4],
          ]),
        ),
      expected: [24],
    },
    {
      title: "columns",
      build: () =>
        prod(
          constant([
            [1, 2],
            [3, 4],
          ]),
          { axes: 0 },
        ),
      expected: [3, 8],
    },
    { title: "an odd number of elements", build: () => prod(constant([2, 3, 5, 7, 11, 13, 17])), expected: [510510] },
    { title: "nothing is 1", build: () => prod(constant([])), expected: [1] },
    { title: "empty rows are 1", build: () => prod(constant([[], []]), { axes: 1, keepDims: true }), expected: [1, 1] },
    { title: "0 · ∞ is NaN", build: () => prod(constant([0, Infinity])), expected: [NaN] },
    { title: "the sign of zero", build: () => prod(constant([-1, 0, 2])), expected: [-0] },
    { title: "integers wrap", build: () => prod(constant([2 ** 16, 2 ** 15, 3], "i32")), expected: [-(2 ** 31)] },
    { title: "the product of no integers", build: () => prod(constant([], "i32")), expected: [1] },
    {
      title: "first derivative without zeros",
      build: () => derivativeAt((x) => prod(x), [2, 3, 5]),
      expected: [15, 10, 6],
    },
    {
      title: "first derivative with one zero",
      build: () => derivativeAt((x) => prod(x), [2, 0, 5]),
      expected: [0, 10, 0],
    },
    {
      title: "first derivative with two zeros",
      build: () => derivativeAt((x) => prod(x), [0, 3, 0]),
      expected: [0, 0, 0],
    },
    {
      title: "first derivative along an axis with zeros",
      build: () => derivativeAt((x) => prod(x, { axes: 0 }), [4, 0, 3, 2]),
      expected: [0, 24, 0, 0],
    },
    { title: "second derivative without zeros", build: () => secondDerivatives([2, 3, 5]), expected: [350, 205, 23] },
    { title: "second derivative with one zero", build: () => secondDerivatives([0, 3, 5]), expected: [350, 5, 3] },
    { title: "second derivative with two zeros", build: () => secondDerivatives([0, 0, 5]), expected: [50, 5, 0] },
    { title: "second derivative with three zeros", build: () => secondDerivatives([0, 0, 0]), expected: [0, 0, 0] },
  ],
  errors: [
    {
      title: "an axis out of range",
      build: () => prod(constant([1]), { axes: 1 }),
      code: "AXIS_RANGE",
      message: "prod(x, options): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "a repeated axis",
      build: () => prod(constant([[1]]), { axes: [1, 1] }),
      code: "AXIS_REPEATED",
      message: "prod(x, options): every axis must be named once, got axis 1 twice in [1, 1].",
    },
  ],
};
