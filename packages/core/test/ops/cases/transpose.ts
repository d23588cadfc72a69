import { constant, transpose, type Node } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { transposeOp } from "../../../src/ops/transpose.js";

function sample(shape: readonly number[], permutation: readonly number[] | undefined, type: string): Sample {
  return {
    title: `[${shape.join(", ")}] by ${permutation === undefined ? "default" : JSON.stringify(permutation)}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => transpose(x!, permutation),
    type,
  };
}

const table = (): Node<"f32"> =>
  constant([
    [1, 2, 3],
    [4, 5, 6],
  ]);

function permutationRefused(permutation: readonly number[], shown: string): ErrorCase {
  return {
    title: `[${permutation.join(", ")}] of two axes`,
    build: () => transpose(table(), permutation),
    code: "PERMUTATION",
    message: `transpose(x, permutation): the permutation must name each of the 2 axes once, got ${shown} for x = f32[2, 3].`,
  };
}

export const transposeCase: OpCase = {
  ops: [transposeOp],
  samples: [
    sample([], undefined, "f32[]"),
    sample([3], undefined, "f32[3]"),
    sample([3], [0], "f32[3]"),
    sample([2, 3], undefined, "f32[3, 2]"),
    sample([2, 3], [0, 1], "f32[2, 3]"),
    sample([2, 3], [-1, -2], "f32[3, 2]"),
    sample([2, 3, 4], undefined, "f32[2, 4, 3]"),
    // Its own inverse it is not, so that the adjoint must find the inverse.
    sample([2, 3, 4], [1, 2, 0], "f32[3, 4, 2]"),
    sample([2, 3, 4], [2, 0, 1], "f32[4, 2, 3]"),
    sample([2, 1, 3, 2], [3, 0, -3, 2], "f32[2, 2, 1, 3]"),
    sample([2, 0, 3], [2, 0, 1], "f32[3, 2, 0]"),
    { title: "integers", inputs: { x: integers([2, 3], -9, 9) }, build: ({ x }) => transpose(x!), type: "i32[3, 2]" },
    { title: "truth values", inputs: { x: booleans([2, 3]) }, build: ({ x }) => transpose(x!), type: "bool[3, 2]" },
  ],
  values: [
    { title: "rows become columns", build: () => transpose(table()), expected: [1, 4, 2, 5, 3, 6] },
    { title: "twice is not at all", build: () => transpose(transpose(table())), expected: [1, 2, 3, 4, 5, 6] },
    {
      title: "axis k of the result is axis permutation[k] of x",
      build: () =>
        transpose(
          constant([
            [
              [1, 2],
              [3, 4],
              [5, 6],
            ],
          ]),
          [2, 0, 1],
        ),
      expected: [1, 3, 5, 2, 4, 6],
    },
    {
      title: "special values pass unchanged",
      build: () =>
        transpose(
          constant([
            [-0, NaN],
            [Infinity, 0],
          ]),
        ),
      expected: [-0, Infinity, NaN, 0],
    },
  ],
  errors: [
    permutationRefused([0, 0], "[0, 0]"),
    permutationRefused([1, -1], "[1, 1]"),
    permutationRefused([0], "[0]"),
    permutationRefused([0, 1, 0], "[0, 1, 0]"),
    {
      title: "an axis out of range",
      build: () => transpose(table(), [0, 2]),
      code: "AXIS_RANGE",
      message: "transpose(x, permutation): axis must be a whole number in [-2, 1], got 2.",
    },
    {
      title: "an axis of a scalar",
      build: () => transpose(constant(1), [0]),
      code: "AXIS_RANGE",
      message: "transpose(x, permutation): axis must name an axis, and a scalar has none, got 0.",
    },
  ],
};
