import { constant, erf } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { erfOp } from "../../../src/ops/erf.js";
import { derivativeAt } from "../derivative-at.js";

/** Four roundings of 1.1e-16, where the series has one term. */
const ROUNDINGS = 5e-16;

export const erfCase: OpCase = {
  ops: [erfOp],
  samples: [
    unarySample("erf", erf),
    // Both sides of 2.5, where the continued fraction takes over from the series.
    unarySample("erf (tail)", erf, { min: 2.3, max: 2.7 }),
  ],
  values: [
    {
      title: "special values",
      build: () => erf(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, 1, -1, NaN],
    },
    {
      title: "the table",
      build: () => erf(constant([0.1, 0.5, 1, 1.5, 2])),
      expected: [0.112462916, 0.5204998778, 0.8427007929, 0.9661051465, 0.995322265],
      // The table has ten decimals: half of the last one, relative to the smallest value.
      rtol: 5e-10,
      source: "Abramowitz & Stegun 1964, table 7.1",
    },
    {
      title: "to double precision",
      build: () => erf(constant([0.5, 1, -2, 3, 5])),
      expected: [0.5204998778130465, 0.8427007929497149, -0.9953222650189527, 0.9999779095030014, 0.9999999999984626],
      // A few roundings of 1.1e-16 in the series.
      rtol: 1e-15,
      source: "the same function to 30 digits (mpmath 1.3)",
    },
    {
      title: "tails are ±1, and odd",
      build: () => erf(constant([6, -6, 1e4, -1e4])),
      expected: [1, -1, 1, -1],
    },
    {
      title: "near 0: 2x/√π",
      build: () => erf(constant([1e-300, -1e-10])),
      expected: [1.1283791670955126e-300, -1.1283791670955126e-10],
      rtol: ROUNDINGS,
    },
    {
      title: "derivative: 2/√π at 0, 0 in the tails",
      build: () => derivativeAt(erf, [-1e4, 0, 1e4]),
      expected: [0, 1.1283791670955126, 0],
      rtol: ROUNDINGS,
    },
  ],
  errors: [integersRefused("erf", erf)],
};
