import { argmax, constant, type Node } from "@unfold/core";
import { integers, reals, type OpCase, type Sample } from "@unfold/testkit";
import { argmaxOp } from "../../../src/ops/argmax.js";

function sample(shape: readonly number[], axis: number | undefined, type: string): Sample {
  return {
    title: `axis ${axis ?? "not given"} of [${shape.join(", ")}]`,
    inputs: { x: reals(shape, { distinct: true }) },
    build: ({ x }) => argmax(x!, axis),
    type,
  };
}

const table = (): Node<"f32"> =>
  constant([
    [1, 5, 2],
    [7, 3, 4],
  ]);

export const argmaxCase: OpCase = {
  ops: [argmaxOp],
  samples: [
    sample([4], undefined, "i32[]"),
    sample([4], 0, "i32[]"),
    sample([2, 3], 0, "i32[3]"),
    sample([2, 3], 1, "i32[2]"),
    sample([2, 3], -2, "i32[3]"),
    sample([2, 3, 2], 1, "i32[2, 2]"),
    sample([2, 2, 3, 2], 2, "i32[2, 2, 2]"),
    sample([2, 2, 3, 2], -4, "i32[2, 3, 2]"),
    sample([0, 3], 1, "i32[0]"),
    {
      title: "integers",
      inputs: { x: integers([2, 3], -9, 9) },
      build: ({ x }) => argmax(x!),
      type: "i32[2]",
    },
  ],
  values: [
    { title: "the last axis unless given", build: () => argmax(table()), expected: [1, 0] },
    { title: "the first axis", build: () => argmax(table(), 0), expected: [1, 0, 1] },
    { title: "the first of ties", build: () => argmax(constant([1, 3, 3, 2])), expected: [1] },
    { title: "-0 and 0 tie", build: () => argmax(constant([-0, 0])), expected: [0] },
    { title: "the first NaN wins", build: () => argmax(constant([1, NaN, Infinity, NaN])), expected: [1] },
    { title: "a leading NaN wins", build: () => argmax(constant([NaN, Infinity])), expected: [0] },
    { title: "-∞ everywhere", build: () => argmax(constant([-Infinity, -Infinity])), expected: [0] },
    {
      title: "the largest and smallest integer",
      build: () => argmax(constant([-(2 ** 31), 2 ** 31 - 1], "i32")),
      expected: [1],
    },
  ],
  errors: [
    {
      title: "an empty axis",
      build: () => argmax(constant([[], []])),
      code: "REDUCE_EMPTY",
      message: "argmax(x, axis): the axis must have at least one element, got x = f32[2, 0].",
    },
    {
      title: "an axis out of range",
      build: () => argmax(constant([1, 2]), 1),
      code: "AXIS_RANGE",
      message: "argmax(x, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "a scalar",
      build: () => argmax(constant(1)),
      code: "AXIS_RANGE",
      message: "argmax(x, axis): axis must name an axis, and a scalar has none, got -1.",
    },
    {
      title: "truth values",
      build: () => argmax(constant([true], "bool") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'argmax(x): the dtype must be f32 or i32, got x = bool[1]. Convert it: cast(node, "f32").',
    },
  ],
};
