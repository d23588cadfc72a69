import { constant, max, min, type Node, type ReduceOptions } from "@unfold/core";
import { booleansRefused, type ErrorCase, type OpCase } from "@unfold/testkit";
import { maxOp, minOp } from "../../../src/ops/max-min.js";
import { derivativeAt } from "../derivative-at.js";
import { integerReductionSample, reductionSamples } from "../reduction-samples.js";

function errors(name: string, build: (x: Node<"f32">, options?: ReduceOptions) => Node): ErrorCase[] {
  return [
    {
      title: `${name} of nothing`,
      build: () => build(constant([])),
      code: "REDUCE_EMPTY",
      message: `${name}(x): a reduced axis must have at least one element, got x = f32[0] over axes 0.`,
    },
    {
      title: `${name}: an axis out of range`,
      build: () => build(constant([[1, 2]]), { axes: [0, -3] }),
      code: "AXIS_RANGE",
      message: `${name}(x): axis must be a whole number in [-2, 1], got -3.`,
    },
    {
      title: `${name}: an axis named from both ends`,
      build: () => build(constant([[1, 2]]), { axes: [1, -1] }),
      code: "AXIS_REPEATED",
      message: `${name}(x): every axis must be named once, got axis 1 twice in [1, -1].`,
    },
    booleansRefused(name, (x) => build(x)),
  ];
}

const table = (): Node<"f32"> =>
  constant([
    [1, 5, 2],
    [7, 3, 4],
  ]);

export const maxMinCase: OpCase = {
  ops: [maxOp, minOp],
  samples: [
    ...reductionSamples("max", (x, options) => max(x, options), { distinct: true }),
    ...reductionSamples("min", (x, options) => min(x, options), { distinct: true }),
    integerReductionSample("max", (x, options) => max(x, options)),
    integerReductionSample("min", (x, options) => min(x, options)),
  ],
  values: [
    { title: "max of everything", build: () => max(table()), expected: [7] },
    { title: "min of everything", build: () => min(table()), expected: [1] },
    { title: "max of rows", build: () => max(table(), { axes: 1 }), expected: [5, 7] },
    { title: "min of columns", build: () => min(table(), { axes: 0 }), expected: [1, 3, 2] },
    { title: "max: no axes", build: () => max(constant([2, 1]), { axes: [] }), expected: [2, 1] },
    {
      title: "max: NaN wins from any place",
      build: () =>
        max(
          constant([
            [NaN, 1],
            [Infinity, NaN],
          ]),
          { axes: 1 },
        ),
      expected: [NaN, NaN],
    },
    {
      title: "min: NaN wins from any place",
      build: () =>
        min(
          constant([
            [NaN, 1],
            [-Infinity, NaN],
          ]),
          { axes: 1 },
        ),
      expected: [NaN, NaN],
    },
    {
      title: "max: 0 is larger than -0",
      build: () =>
        max(
          constant([
            [-0, 0],
            [0, -0],
          ]),
          { axes: 1 },
        ),
      expected: [0, 0],
    },
    {
      title: "min: -0 is smaller than 0",
      build: () =>
        min(
          constant([
            [-0, 0],
            [0, -0],
          ]),
          { axes: 1 },
        ),
      expected: [-0, -0],
    },
    { title: "max of -∞ only", build: () => max(constant([-Infinity, -Infinity])), expected: [-Infinity] },
    { title: "min of ∞ only", build: () => min(constant([Infinity, Infinity])), expected: [Infinity] },
    {
      title: "max: the derivative goes to the winner",
      build: () => derivativeAt((x) => max(x), [1, 3, 2]),
      expected: [0, 1, 0],
    },
    {
      title: "max: ties share the derivative equally",
      build: () => derivativeAt((x) => max(x), [3, 1, 3, 3, 2, 3]),
      expected: [0.25, 0, 0.25, 0.25, 0, 0.25],
    },
    {
      title: "min: ties share the derivative equally",
      build: () => derivativeAt((x) => min(x), [1, 3, 1]),
      expected: [0.5, 0, 0.5],
    },
    {
      title: "max: ∞ gets the whole derivative",
      build: () => derivativeAt((x) => max(x), [1, Infinity]),
      expected: [0, 1],
    },
  ],
  errors: [...errors("max", max), ...errors("min", min)],
};
