import { constant, reverse } from "@unfold/core";
import { booleans, integers, reals, type OpCase, type Sample } from "@unfold/testkit";
import { reverseOp } from "../../../src/ops/reverse.js";

function sample(shape: readonly number[], axes?: number | readonly number[]): Sample {
  return {
    title: `[${shape.join(", ")}] along ${axes === undefined ? "all axes" : JSON.stringify(axes)}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => reverse(x!, axes),
    type: `f32[${shape.join(", ")}]`,
  };
}

const table = () =>
  constant([
    [1, 2, 3],
    [4, 5, 6],
  ]);

export const reverseCase: OpCase = {
  ops: [reverseOp],
  samples: [
    sample([]),
    sample([4]),
    sample([2, 3]),
    sample([2, 3], 0),
    sample([2, 3], -1),
    sample([2, 3], []),
    sample([2, 3, 2], 1),
    sample([2, 3, 2], [-1, 0]),
    sample([2, 2, 3, 2], [2]),
    sample([2, 2, 3, 2], [1, -1]),
    sample([2, 0, 3], [1, 2]),
    { title: "integers", inputs: { x: integers([2, 3], -9, 9) }, build: ({ x }) => reverse(x!, 1), type: "i32[2, 3]" },
    { title: "truth values", inputs: { x: booleans([4]) }, build: ({ x }) => reverse(x!), type: "bool[4]" },
  ],
  values: [
    { title: "all axes", build: () => reverse(table()), expected: [6, 5, 4, 3, 2, 1] },
    { title: "rows", build: () => reverse(table(), 0), expected: [4, 5, 6, 1, 2, 3] },
    { title: "columns", build: () => reverse(table(), -1), expected: [3, 2, 1, 6, 5, 4] },
    { title: "no axes", build: () => reverse(table(), []), expected: [1, 2, 3, 4, 5, 6] },
    { title: "twice is not at all", build: () => reverse(reverse(table(), 0), 0), expected: [1, 2, 3, 4, 5, 6] },
    {
      title: "special values pass unchanged",
      build: () => reverse(constant([-0, NaN, -Infinity])),
      expected: [-Infinity, NaN, -0],
    },
  ],
  errors: [
    {
      title: "an axis out of range",
      build: () => reverse(table(), 2),
      code: "AXIS_RANGE",
      message: "reverse(x, axes): axis must be a whole number in [-2, 1], got 2.",
    },
    {
      title: "a fractional axis",
      build: () => reverse(table(), 0.5),
      code: "AXIS_RANGE",
      message: "reverse(x, axes): axis must be a whole number in [-2, 1], got 0.5.",
    },
    {
      title: "a repeated axis",
      build: () => reverse(table(), [0, 1, -2]),
      code: "AXIS_REPEATED",
      message: "reverse(x, axes): every axis must be named once, got axis 0 twice in [0, 1, -2].",
    },
    {
      title: "an axis of a scalar",
      build: () => reverse(constant(1), 0),
      code: "AXIS_RANGE",
      message: "reverse(x, axes): axis must name an axis, and a scalar has none, got 0.",
    },
  ],
};
