import { constant, div } from "@unfold/core";
import { binaryErrors, binarySamples, integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { divOp } from "../../../src/ops/div.js";
import { derivativesAt } from "../derivative-at.js";
import { integerPairRefused } from "../refusals.js";

export const divCase: OpCase = {
  ops: [divOp],
  samples: [
    ...binarySamples("div", div, {}, { min: 0.5, max: 2 }),
    ...binarySamples("div by negatives", div, {}, { min: -2, max: -0.5 }),
    unarySample("div by a number", (x) => div(x, -4)),
    unarySample("div of a number", (x) => div(3, x), { min: 0.5, max: 2 }),
  ],
  values: [
    {
      title: "special values",
      build: () =>
        div(constant([1, 1, -1, 0, 1, -1, Infinity, NaN]), constant([0, -0, 0, 0, Infinity, Infinity, Infinity, 1])),
      expected: [Infinity, -Infinity, -Infinity, NaN, 0, -0, NaN, NaN],
    },
    {
      title: "overflow",
      build: () => div(constant([1e308, 1e-320]), constant([1e-10, 1e10])),
      expected: [Infinity, 0],
    },
    {
      title: "derivatives: 1 / b and -a / b²",
      build: () => derivativesAt(div, [3, 0, 1e4], [2, -4, 1e8]),
      expected: [0.5, -0.25, 1e-8, -0.75, 0, -1e-12],
      // Three roundings of 1.1e-16.
      rtol: 4e-16,
    },
  ],
  errors: [
    ...binaryErrors("div", div),
    integerPairRefused("div", div),
    {
      ...integersRefused("div", (x) => div(x, x)),
      message: 'div(a, b): the dtype must be f32, got a = i32[1] and b = i32[1]. Convert it: cast(node, "f32").',
    },
  ],
};
