import { argsort, constant } from "@unfold/core";
import { integers, type OpCase } from "@unfold/testkit";
import { argsortOp } from "../../../src/ops/argsort.js";
import { axisSamples } from "../axis-samples.js";

export const argsortCase: OpCase = {
  ops: [argsortOp],
  samples: [
    ...axisSamples("ascending", (x, axis) => argsort(x, axis), { distinct: true, dtype: "i32" }),
    ...axisSamples("descending", (x, axis) => argsort(x, axis, { descending: true }), {
      distinct: true,
      dtype: "i32",
    }),
    {
      title: "integers",
      inputs: { x: integers([2, 3], -9, 9) },
      build: ({ x }) => argsort(x!),
      type: "i32[2, 3]",
    },
  ],
  values: [
    {
      title: "the last axis unless given",
      build: () =>
        argsort(
          constant([
            [3, 1, 2],
            [0, 5, 4],
          ]),
        ),
      expected: [1, 2, 0, 0, 2, 1],
    },
    {
      title: "the first axis",
      build: () =>
        argsort(
          constant([
            [3, 1, 2],
            [0, 5, 4],
          ]),
          0,
        ),
      expected: [1, 0, 0, 0, 1, 1],
    },
    { title: "ties keep their order", build: () => argsort(constant([2, 1, 2, 1])), expected: [1, 3, 0, 2] },
    {
      title: "ties keep their order the other way, too",
      build: () => argsort(constant([2, 1, 2, 1]), 0, { descending: true }),
      expected: [0, 2, 1, 3],
    },
    { title: "-0 and 0 tie", build: () => argsort(constant([0, -0, 0])), expected: [0, 1, 2] },
    {
      title: "NaN comes last",
      build: () => argsort(constant([NaN, Infinity, NaN, -Infinity])),
      expected: [3, 1, 0, 2],
    },
    {
      title: "NaN comes last the other way, too",
      build: () => argsort(constant([NaN, -Infinity, NaN, Infinity]), 0, { descending: true }),
      expected: [3, 1, 0, 2],
    },
    {
      title: "numbers, not texts",
      build: () => argsort(constant([10, 9, -(2 ** 31), 2 ** 31 - 1], "i32")),
      expected: [2, 1, 0, 3],
    },
  ],
  errors: [
    {
      title: "an axis out of range",
      build: () => argsort(constant([1, 2]), -2),
      code: "AXIS_RANGE",
      message: "argsort(x, axis): axis must be a whole number in [-1, 0], got -2.",
    },
    {
      title: "a scalar",
      build: () => argsort(constant(1)),
      code: "AXIS_RANGE",
      message: "argsort(x, axis): axis must name an axis, and a scalar has none, got -1.",
    },
    {
      title: "truth values",
      build: () => argsort(constant([true, false], "bool") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'argsort(x): the dtype must be f32 or i32, got x = bool[2]. Convert it: cast(node, "f32").',
    },
  ],
};
