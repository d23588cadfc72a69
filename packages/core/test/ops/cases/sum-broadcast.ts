import { broadcastTo, constant, sum, type Node } from "@unfold/core";
import { booleans, booleansRefused, integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { broadcastToOp, sumOp } from "../../../src/ops/sum-broadcast.js";
import { derivativeAt } from "../derivative-at.js";
import { emptyReductionSample, integerReductionSample, reductionSamples } from "../reduction-samples.js";

function stretched(from: readonly number[], to: readonly number[]): Sample {
  return {
    title: `broadcastTo: [${from.join(", ")}] to [${to.join(", ")}]`,
    inputs: { x: reals(from) },
    build: ({ x }) => broadcastTo(x!, to),
    type: `f32[${to.join(", ")}]`,
  };
}

function broadcastRefused(from: Node<"f32">, shown: string, to: readonly number[]): ErrorCase {
  return {
    title: `broadcastTo: ${shown} to [${to.join(", ")}]`,
    build: () => broadcastTo(from, to),
    code: "SHAPE_BROADCAST",
    message: `broadcastTo(x, shape): aligned at the last axis, every size of x must equal that of shape or be 1, got x = ${shown} and [${to.join(", ")}].`,
  };
}

const table = (): Node<"f32"> =>
  constant([
    [1, 2, 3],
    [4, 5, 6],
  ]);

export const sumBroadcastCase: OpCase = {
  ops: [sumOp, broadcastToOp],
  samples: [
    ...reductionSamples("sum", (x, options) => sum(x, options)),
    emptyReductionSample("sum", (x, options) => sum(x, options)),
    integerReductionSample("sum", (x, options) => sum(x, options)),
    stretched([], [3]),
    stretched([], []),
    stretched([3], [3]),
    stretched([3], [2, 3]),
    stretched([2, 1], [2, 3]),
    stretched([1], [2, 3]),
    stretched([2, 1, 3], [2, 2, 3]),
    stretched([3, 1], [2, 2, 3, 2]),
    stretched([1, 2, 1, 2], [2, 2, 3, 2]),
    stretched([1, 3], [0, 3]),
    stretched([0], [2, 0]),
    {
      title: "broadcastTo: integers",
      inputs: { x: integers([2, 1], -9, 9) },
      build: ({ x }) => broadcastTo(x!, [2, 3]),
      type: "i32[2, 3]",
    },
    {
      title: "broadcastTo: truth values",
      inputs: { x: booleans([2]) },
      build: ({ x }) => broadcastTo(x!, [3, 2]),
      type: "bool[3, 2]",
    },
  ],
  values: [
    { title: "sum of everything", build: () => sum(table()), expected: [21] },
    { title: "sum of columns", build: () => sum(table(), { axes: 0 }), expected: [5, 7, 9] },
    { title: "sum of rows", build: () => sum(table(), { axes: -1 }), expected: [6, 15] },
    { title: "sum: no axes", build: () => sum(constant([1, 2]), { axes: [] }), expected: [1, 2] },
    { title: "sum of nothing is 0", build: () => sum(constant([])), expected: [0] },
    {
      title: "sum: NaN in one row leaves the other alone",
      build: () =>
        sum(
          constant([
            [NaN, 1],
            [2, 3],
          ]),
          { axes: 1 },
        ),
      expected: [NaN, 5],
    },
    { title: "sum: ∞ - ∞ is NaN", build: () => sum(constant([Infinity, -Infinity])), expected: [NaN] },
    { title: "sum: integers wrap", build: () => sum(constant([2 ** 31 - 1, 2 ** 31 - 1, 3], "i32")), expected: [1] },
    {
      title: "sum: the derivative is 1 everywhere",
      build: () => derivativeAt((x) => sum(x), [NaN, 2]),
      expected: [1, 1],
    },
    {
      title: "broadcastTo: a row repeated",
      build: () => broadcastTo(constant([1, -0]), [2, 2]),
      expected: [1, -0, 1, -0],
    },
    {
      title: "broadcastTo: a column repeated",
      build: () => broadcastTo(constant([[1], [NaN]]), [2, 2]),
      expected: [1, 1, NaN, NaN],
    },
    {
      title: "broadcastTo: the derivative counts the copies",
      build: () => derivativeAt((x) => broadcastTo(x, [3, 4, 2]), [1, 2]),
      expected: [12, 12],
    },
  ],
  errors: [
    {
      title: "sum: an axis out of range",
      build: () => sum(table(), { axes: 2 }),
      code: "AXIS_RANGE",
      message: "sum(x): axis must be a whole number in [-2, 1], got 2.",
    },
    {
      title: "sum: a repeated axis",
      build: () => sum(table(), { axes: [-2, 0] }),
      code: "AXIS_REPEATED",
      message: "sum(x): every axis must be named once, got axis 0 twice in [-2, 0].",
    },
    {
      title: "sum: an axis of a scalar",
      build: () => sum(constant(1), { axes: 0 }),
      code: "AXIS_RANGE",
      message: "sum(x): axis must name an axis, and a scalar has none, got 0.",
    },
    booleansRefused("sum", (x) => sum(x)),
    {
      title: "sum: a truth value without axes",
      build: () => sum(constant(true, "bool") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'sum(x): the dtype must be f32 or i32, got x = bool[]. Convert it: cast(node, "f32").',
    },
    broadcastRefused(constant([1, 2, 3]), "f32[3]", [4]),
    broadcastRefused(constant([1, 2, 3]), "f32[3]", [3, 1]),
    broadcastRefused(constant([1, 2]), "f32[2]", [1]),
    broadcastRefused(constant([[1, 2]]), "f32[1, 2]", [2]),
    broadcastRefused(constant([]), "f32[0]", [1]),
    {
      title: "broadcastTo: a negative size",
      build: () => broadcastTo(constant(1), [-1]),
      code: "SHAPE_EXTENT",
      message: "broadcastTo(x, shape): every size of a shape must be a whole number ≥ 0, got [-1]: axis 0 is -1.",
    },
  ],
};
