import { concat, constant, mul, slice } from "@unfold/core";
import { booleans, integers, reals, type OpCase, type Sample } from "@unfold/testkit";
import { concatOp } from "../../../src/ops/concat.js";

function sample(title: string, shapes: readonly (readonly number[])[], axis: number, type: string): Sample {
  return {
    title,
    inputs: Object.fromEntries(shapes.map((shape, i) => [`part${i}`, reals(shape)])),
    build: (inputs) => concat(Object.values(inputs), axis),
    type,
  };
}

export const concatCase: OpCase = {
  ops: [concatOp],
  samples: [
    sample("rows", [[2], [3]], 0, "f32[5]"),
    sample("one part", [[2, 3]], 1, "f32[2, 3]"),
    sample(
      "the first axis",
      [
        [1, 2],
        [2, 2],
        [3, 2],
      ],
      0,
      "f32[6, 2]",
    ),
    sample(
      "the last axis",
      [
        [2, 1],
        [2, 3],
      ],
      -1,
      "f32[2, 4]",
    ),
    sample(
      "a middle axis",
      [
        [2, 1, 2],
        [2, 2, 2],
      ],
      1,
      "f32[2, 3, 2]",
    ),
    sample(
      "four axes",
      [
        [2, 1, 2, 2],
        [2, 1, 3, 2],
      ],
      -2,
      "f32[2, 1, 5, 2]",
    ),
    sample(
      "an empty part",
      [
        [2, 1],
        [2, 0],
        [2, 2],
      ],
      1,
      "f32[2, 3]",
    ),
    sample(
      "nothing but empty parts",
      [
        [0, 1],
        [0, 2],
      ],
      1,
      "f32[0, 3]",
    ),
    {
      title: "one node twice",
      inputs: { x: reals([2]) },
      build: ({ x }) => concat([x!, mul(x!, x!), x!], 0),
      type: "f32[6]",
    },
    {
      title: "integers",
      inputs: { a: integers([1, 2], -9, 9), b: integers([2, 2], -9, 9) },
      build: ({ a, b }) => concat([a!, b!], 0),
      type: "i32[3, 2]",
    },
    {
      title: "truth values",
      inputs: { a: booleans([2]), b: booleans([1]) },
      build: ({ a, b }) => concat([a!, b!], 0),
      type: "bool[3]",
    },
  ],
  values: [
    { title: "one after the other", build: () => concat([constant([1, 2]), constant([3])], 0), expected: [1, 2, 3] },
    {
      title: "side by side",
      build: () =>
        concat(
          [
            constant([[1], [2]]),
            constant([
              [3, 4],
              [5, 6],
            ]),
          ],
          1,
        ),
      expected: [1, 3, 4, 2, 5, 6],
    },
    {
      title: "special values pass unchanged",
      build: () => concat([constant([-0, NaN]), constant([-Infinity, 0])], 0),
      expected: [-0, NaN, -Infinity, 0],
    },
    {
      title: "a slice is what went in",
      build: () =>
        slice(
          concat(
            [
              constant([[1], [2]]),
              constant([
                [3, 4],
                [5, 6],
              ]),
              constant([[7], [8]]),
            ],
            1,
          ),
          {
            axis: 1,
            start: 1,
            stop: 3,
          },
        ),
      expected: [3, 4, 5, 6],
    },
  ],
  errors: [
    {
      title: "no parts",
      build: () => concat([], 0),
      code: "CONCAT_EMPTY",
      message: "concat(parts, axis): there must be at least one part, got none.",
    },
    {
      title: "different ranks",
      build: () => concat([constant([[1]]), constant([1])], 0),
      code: "SHAPE_MISMATCH",
      message:
        "concat(parts, axis): all parts must agree in every axis but 0, got parts[0] = f32[1, 1] and parts[1] = f32[1].",
    },
    {
      title: "another axis that differs, in the third part",
      build: () => concat([constant([[1, 2]]), constant([[3, 4]]), constant([[5, 6, 7]])], 0),
      code: "SHAPE_MISMATCH",
      message:
        "concat(parts, axis): all parts must agree in every axis but 0, got parts[0] = f32[1, 2] and parts[2] = f32[1, 3].",
    },
    {
      title: "different dtypes",
      build: () => concat([constant([1]), constant([1], "i32") as never], 0),
      code: "DTYPE_MIXED",
      message:
        'concat(parts): all inputs must have one dtype, got parts[0] = f32[1] and parts[1] = i32[1]. Convert one: cast(node, "f32").',
    },
    {
      title: "an axis out of range",
      build: () => concat([constant([1]), constant([2])], 1),
      code: "AXIS_RANGE",
      message: "concat(parts, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "scalars",
      build: () => concat([constant(1), constant(2)], 0),
      code: "AXIS_RANGE",
      message: "concat(parts, axis): axis must name an axis, and a scalar has none, got 0.",
    },
  ],
};
