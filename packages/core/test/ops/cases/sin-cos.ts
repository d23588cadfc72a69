import { constant, cos, sin } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { cosOp, sinOp } from "../../../src/ops/sin-cos.js";
import { derivativeAt } from "../derivative-at.js";

/** ECMAScript leaves the last bits of sin and cos to the engine. */
const LAST_BITS = 5e-16;

export const sinCosCase: OpCase = {
  ops: [sinOp, cosOp],
  samples: [unarySample("sin", sin, { min: -4, max: 4 }), unarySample("cos", cos, { min: -4, max: 4 })],
  values: [
    {
      title: "special values of sin",
      build: () => sin(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, NaN, NaN, NaN],
    },
    {
      title: "special values of cos",
      build: () => cos(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [1, 1, NaN, NaN, NaN],
    },
    {
      title: "sin(1)",
      build: () => sin(constant([1, -1])),
      expected: [0.8414709848078965, -0.8414709848078965],
      rtol: LAST_BITS,
      source: "Abramowitz & Stegun 1964, table 4.6",
    },
    {
      title: "cos(1)",
      build: () => cos(constant([1, -1])),
      expected: [0.5403023058681398, 0.5403023058681398],
      rtol: LAST_BITS,
      source: "Abramowitz & Stegun 1964, table 4.6",
    },
    { title: "derivatives at 0", build: () => derivativeAt(sin, [0, -0]), expected: [1, 1] },
    { title: "derivatives of cos at 0", build: () => derivativeAt(cos, [0, -0]), expected: [-0, 0] },
  ],
  errors: [integersRefused("sin", sin), integersRefused("cos", cos)],
};
