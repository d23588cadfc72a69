import {
  constant,
  gradient,
  iota,
  logSoftmax,
  logSumExp,
  param,
  slice,
  softmax,
  sum,
  type FloatNode,
} from "@unfold/core";
import { reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { derivativeAt } from "../derivative-at.js";
import { reductionSamples } from "../reduction-samples.js";

const SHAPES: readonly (readonly [shape: readonly number[], axis: number | undefined])[] = [
  [[3], undefined],
  [[1], 0],
  [[2, 3], 0],
  [[2, 3], -1],
  [[2, 3, 2], 1],
  [[2, 3, 2], -3],
  [[2, 1, 3, 2], 2],
  [[0, 3], 1],
];

function sample(name: string, f: typeof softmax, shape: readonly number[], axis: number | undefined): Sample {
  return {
    title: `${name} along axis ${axis ?? "not given"} of [${shape.join(", ")}]`,
    inputs: { x: reals(shape) },
    build: ({ x }) => f(x!, axis),
    type: `f32[${shape.join(", ")}]`,
  };
}

function errors(name: string, f: typeof softmax): ErrorCase[] {
  return [
    {
      title: `${name}: an axis out of range`,
      build: () => f(constant([1, 2]), 1),
      code: "AXIS_RANGE",
      message: `${name}(x, axis): axis must be a whole number in [-1, 0], got 1.`,
    },
    {
      title: `${name}: a scalar`,
      build: () => f(constant(1)),
      code: "AXIS_RANGE",
      message: `${name}(x, axis): axis must name an axis, and a scalar has none, got -1.`,
    },
    {
      title: `${name}: an empty axis`,
      build: () => f(constant([[], []])),
      code: "REDUCE_EMPTY",
      message: "max(x): a reduced axis must have at least one element, got x = f32[2, 0] over axes 1.",
    },
  ];
}

/** The derivative of the first element of f. */
const ofFirst = (f: typeof softmax, points: readonly number[]): FloatNode =>
  derivativeAt((x) => slice(f(x), { axis: 0, stop: 1 }), points);

/** The second derivatives of logSumExp: the first row of their matrix. */
function secondDerivatives(points: readonly number[]): FloatNode {
  const x = param("x", points);
  const [first] = gradient(logSumExp(x), [x]);
  return gradient(sum(slice(first, { axis: 0, stop: 1 })), [x])[0];
}

/** A few roundings, each of half a unit in the last place, 1.1e-16. */
const FEW_ROUNDINGS = 5e-16;

export const softmaxCase: OpCase = {
  ops: [],
  samples: [
    ...SHAPES.map(([shape, axis]) => sample("softmax", softmax, shape, axis)),
    ...SHAPES.map(([shape, axis]) => sample("logSoftmax", logSoftmax, shape, axis)),
    ...reductionSamples("logSumExp", (x, options) => logSumExp(x, options)),
  ],
  values: [
    {
      title: "softmax: weights 1, 2 and 4",
      build: () => softmax(constant([0, Math.log(2), Math.log(4)])),
      expected: [1 / 7, 2 / 7, 4 / 7],
      rtol: FEW_ROUNDINGS,
    },
    {
      title: "softmax: rows",
      build: () =>
        softmax(
          constant([
            [1, 0.5, 0.2, 3],
            [1, -1, 7, 3],
            [2, 12, 13, 3],
          ]),
          1,
        ),
      expected: [
        1.05877e-1, 6.42177e-2, 4.75736e-2, 7.82332e-1, 2.42746e-3, 3.28521e-4, 9.79307e-1, 1.79366e-2, 1.22094e-5,
        2.68929e-1, 7.31025e-1, 3.31885e-5,
      ],
      // Printed with six digits.
      rtol: 5e-6,
      source: "SciPy manual, scipy.special.softmax, examples",
    },
    { title: "softmax: 1e4", build: () => softmax(constant([0, 0, 1e4])), expected: [0, 0, 1] },
    { title: "softmax: 1e4 twice", build: () => softmax(constant([1e4, 1e4])), expected: [0.5, 0.5] },
    { title: "softmax: -1e4 twice", build: () => softmax(constant([-1e4, -1e4])), expected: [0.5, 0.5] },
    { title: "softmax: -∞ has no weight", build: () => softmax(constant([0, -Infinity, 0])), expected: [0.5, 0, 0.5] },
    { title: "softmax: nothing but -∞", build: () => softmax(constant([-Infinity, -Infinity])), expected: [NaN, NaN] },
    { title: "softmax: ∞ is undecided", build: () => softmax(constant([0, Infinity])), expected: [0, NaN] },
    {
      title: "softmax: NaN spreads",
      build: () =>
        softmax(
          constant([
            [0, NaN],
            [0, 0],
          ]),
        ),
      expected: [NaN, NaN, 0.5, 0.5],
    },
    { title: "softmax: derivative", build: () => ofFirst(softmax, [0, 0]), expected: [0.25, -0.25] },
    {
      title: "softmax: derivative beside a masked logit",
      build: () => ofFirst(softmax, [0, 0, -Infinity]),
      expected: [0.25, -0.25, -0],
    },
    {
      title: "logSoftmax: equal logits",
      build: () => logSoftmax(constant([3, 3])),
      expected: [-Math.LN2, -Math.LN2],
    },
    {
      title: "logSoftmax: without overflow and underflow",
      build: () => logSoftmax(constant([1000, 1])),
      expected: [0, -999],
      source: "SciPy manual, scipy.special.log_softmax, examples",
    },
    { title: "logSoftmax: 1e4", build: () => logSoftmax(constant([0, 1e4])), expected: [-1e4, 0] },
    { title: "logSoftmax: -∞ stays", build: () => logSoftmax(constant([0, -Infinity])), expected: [0, -Infinity] },
    {
      title: "logSoftmax: nothing but -∞",
      build: () => logSoftmax(constant([-Infinity, -Infinity])),
      expected: [NaN, NaN],
    },
    { title: "logSoftmax: derivative", build: () => ofFirst(logSoftmax, [0, 0]), expected: [0.5, -0.5] },
    { title: "logSoftmax: derivative at 1e4", build: () => ofFirst(logSoftmax, [0, 1e4]), expected: [1, -1] },
    {
      title: "logSoftmax: derivative beside a masked logit",
      build: () => ofFirst(logSoftmax, [0, 0, -Infinity]),
      expected: [0.5, -0.5, 0],
    },
    { title: "logSumExp: two zeros", build: () => logSumExp(constant([0, 0])), expected: [Math.LN2] },
    {
      title: "logSumExp: 0 to 9",
      build: () => logSumExp(iota(10, "f32")),
      expected: [9.4586297444267107],
      rtol: FEW_ROUNDINGS,
      source: "SciPy manual, scipy.special.logsumexp, examples",
    },
    {
      title: "logSumExp: rows",
      build: () =>
        logSumExp(
          constant([
            [0, Math.log(3)],
            [Math.log(2), Math.log(6)],
          ]),
          { axes: 1 },
        ),
      expected: [Math.log(4), Math.log(8)],
      rtol: FEW_ROUNDINGS,
    },
    { title: "logSumExp: 1e4 twice", build: () => logSumExp(constant([1e4, 1e4])), expected: [1e4 + Math.LN2] },
    { title: "logSumExp: -1e4 twice", build: () => logSumExp(constant([-1e4, -1e4])), expected: [-1e4 + Math.LN2] },
    { title: "logSumExp: one number", build: () => logSumExp(constant(-1e4)), expected: [-1e4] },
    { title: "logSumExp: no axes", build: () => logSumExp(constant([1, -2]), { axes: [] }), expected: [1, -2] },
    { title: "logSumExp: -∞ adds nothing", build: () => logSumExp(constant([-Infinity, 3])), expected: [3] },
    {
      title: "logSumExp: nothing but -∞",
      build: () => logSumExp(constant([-Infinity, -Infinity])),
      expected: [-Infinity],
    },
    {
      title: "logSumExp: ∞ wins",
      build: () =>
        logSumExp(
          constant([
            [Infinity, 1e4],
            [Infinity, -Infinity],
          ]),
          { axes: 1 },
        ),
      expected: [Infinity, Infinity],
    },
    { title: "logSumExp: NaN spreads", build: () => logSumExp(constant([NaN, 0])), expected: [NaN] },
    {
      title: "logSumExp: the derivative is softmax",
      build: () => derivativeAt((x) => logSumExp(x), [1e4, 1e4, -1e4, -Infinity]),
      expected: [0.5, 0.5, 0, 0],
    },
    {
      title: "logSumExp: the derivative is 1 in all, the largest one included",
      build: () => derivativeAt((x) => logSumExp(x), [7]),
      expected: [1],
    },
    { title: "logSumExp: second derivatives", build: () => secondDerivatives([1e4, 1e4]), expected: [0.25, -0.25] },
  ],
  errors: [
    ...errors("softmax", softmax),
    ...errors("logSoftmax", logSoftmax),
    {
      title: "logSumExp: nothing",
      build: () => logSumExp(constant([])),
      code: "REDUCE_EMPTY",
      message: "max(x): a reduced axis must have at least one element, got x = f32[0] over axes 0.",
    },
    {
      title: "logSumExp: an axis out of range",
      build: () => logSumExp(constant([1]), { axes: 1 }),
      code: "AXIS_RANGE",
      message: "logSumExp(x): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "logSumExp: a repeated axis",
      build: () => logSumExp(constant([[1]]), { axes: [0, 0] }),
      code: "AXIS_REPEATED",
      message: "logSumExp(x): every axis must be named once, got axis 0 twice in [0, 0].",
    },
  ],
};
