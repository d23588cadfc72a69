import { constant, mean, variance, type Node } from "@unfold/core";
import { type ErrorCase, type KnownValue, type OpCase, type Sample, reals } from "@unfold/testkit";
import { derivativeAt } from "../derivative-at.js";
import { reductionSamples } from "../reduction-samples.js";

const NUMPY = "NumPy manual, numpy.var, examples";
const NIST = "NIST Statistical Reference Datasets, univariate summary statistics";

const table = (): Node<"f32"> =>
  constant([
    [1, 2],
    [3, 4],
  ]);

function unbiasedOf(shape: readonly number[], type: string): Sample {
  return {
    title: `variance with Bessel's correction of [${shape.join(", ")}]`,
    inputs: { x: reals(shape) },
    build: ({ x }) => variance(x!, { axes: -1, correction: 1 }),
    type,
  };
}

/** NumAcc3 and NumAcc4: one element in the middle, then a thousand alternately 0.1 below and above it. */
function alternating(name: string, middle: number, below: number, above: number): KnownValue {
  return {
    title: `variance: ${name}`,
    build: () =>
      variance(constant([middle, ...Array.from({ length: 1000 }, (_, i) => (i % 2 ? above : below))]), {
        correction: 1,
      }),
    expected: [0.01],
    // The data are rounded to half a unit in the last place of 1e7, 9.3e-10: relative to 0.1, twice in a square, 1.9e-8.
    rtol: 2e-8,
    source: `${NIST}, ${name}: standard deviation 0.1`,
  };
}

function errors(name: "mean" | "variance", build: typeof mean): ErrorCase[] {
  return [
    {
      title: `${name} of nothing`,
      build: () => build(constant([[], []]), { axes: 1 }),
      code: "REDUCE_EMPTY",
      message: `${name}(x): there must be at least one element to average, got x = f32[2, 0].`,
    },
    {
      title: `${name}: an axis out of range`,
      build: () => build(table(), { axes: 2 }),
      code: "AXIS_RANGE",
      message: `${name}(x): axis must be a whole number in [-2, 1], got 2.`,
    },
    {
      title: `${name}: a repeated axis`,
      build: () => build(table(), { axes: [0, -2] }),
      code: "AXIS_REPEATED",
      message: `${name}(x): every axis must be named once, got axis 0 twice in [0, -2].`,
    },
  ];
}

export const meanVarianceCase: OpCase = {
  ops: [],
  samples: [
    ...reductionSamples("mean", (x, options) => mean(x, options)),
    ...reductionSamples("variance", (x, options) => variance(x, options)),
    unbiasedOf([3], "f32[]"),
    unbiasedOf([2, 3], "f32[2]"),
    unbiasedOf([2, 1, 2, 2], "f32[2, 1, 2]"),
  ],
  values: [
    { title: "mean of everything", build: () => mean(table()), expected: [2.5] },
    { title: "mean of rows", build: () => mean(table(), { axes: 1 }), expected: [1.5, 3.5] },
    { title: "mean of one number", build: () => mean(constant(-0)), expected: [-0] },
    {
      title: "mean of ∞ and NaN",
      build: () =>
        mean(
          constant([
            [1, Infinity],
            [NaN, 1],
          ]),
          { axes: 1 },
        ),
      expected: [Infinity, NaN],
    },
    {
      title: "mean: its derivative is 1 / n",
      build: () => derivativeAt((x) => mean(x), [5, 7, 1, 2]),
      expected: [0.25, 0.25, 0.25, 0.25],
    },
    { title: "variance of everything", build: () => variance(table()), expected: [1.25], source: NUMPY },
    { title: "variance of columns", build: () => variance(table(), { axes: 0 }), expected: [1, 1], source: NUMPY },
    { title: "variance of rows", build: () => variance(table(), { axes: 1 }), expected: [0.25, 0.25], source: NUMPY },
    {
      title: "variance with a correction",
      build: () => variance(constant([1, 2, 3, 6]), { correction: 1.5 }),
      expected: [5.6],
    },
    { title: "variance of one number", build: () => variance(constant([7])), expected: [0] },
    { title: "variance of ∞", build: () => variance(constant([1, Infinity])), expected: [NaN] },
    {
      title: "variance: NumAcc1, a large mean",
      build: () => variance(constant([10000001, 10000003, 10000002]), { correction: 1 }),
      expected: [1],
      source: `${NIST}, NumAcc1: standard deviation 1`,
    },
    {
      title: "mean: NumAcc1",
      build: () => mean(constant([10000001, 10000003, 10000002])),
      expected: [10000002],
      source: `${NIST}, NumAcc1`,
    },
    alternating("NumAcc3", 1000000.2, 1000000.1, 1000000.3),
    alternating("NumAcc4", 10000000.2, 10000000.1, 10000000.3),
    {
      title: "variance: its derivative is 2 (x - mean) / n",
      build: () => derivativeAt((x) => variance(x), [1, 2, 3, 6]),
      expected: [-1, -0.5, 0, 1.5],
    },
    {
      title: "variance: its derivative where all are equal",
      build: () => derivativeAt((x) => variance(x), [3, 3]),
      expected: [0, 0],
    },
  ],
  errors: [
    ...errors("mean", mean),
    ...errors("variance", variance),
    ...[4, -1, NaN].map((correction) => ({
      title: `variance: correction ${correction} of 4`,
      build: () => variance(table(), { correction }),
      code: "VARIANCE_CORRECTION",
      message: `variance(x): correction must be in [0, 4), got ${correction}.`,
    })),
  ],
};
