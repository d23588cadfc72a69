import { constant, param, gradient, mul, reshape, sum } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { reshapeOp } from "../../../src/ops/reshape.js";

function sample(from: readonly number[], to: readonly number[], type: string): Sample {
  return {
    title: `[${from.join(", ")}] to [${to.join(", ")}]`,
    inputs: { x: reals(from) },
    build: ({ x }) => reshape(x!, to),
    type,
  };
}

/** Sizes no shape may have. */
function extentRefused(shape: readonly number[], bad: string): ErrorCase {
  return {
    title: `[${shape.join(", ")}]`,
    build: () => reshape(constant([1, 2, 3, 4, 5, 6]), shape),
    code: "SHAPE_EXTENT",
    message: `reshape(x, shape): every size of a shape must be a whole number ≥ 0, got [${shape.join(", ")}]: ${bad}.`,
  };
}

export const reshapeCase: OpCase = {
  ops: [reshapeOp],
  samples: [
    sample([], [1, 1], "f32[1, 1]"),
    sample([1], [], "f32[]"),
    sample([6], [2, 3], "f32[2, 3]"),
    sample([2, 3], [3, 2], "f32[3, 2]"),
    sample([2, 3], [2, 3], "f32[2, 3]"),
    sample([2, 3, 2], [-1], "f32[12]"),
    sample([2, 2, 3, 2], [4, -1, 2], "f32[4, 3, 2]"),
    sample([24], [2, 2, 3, -1], "f32[2, 2, 3, 2]"),
    sample([0, 3], [2, 0], "f32[2, 0]"),
    sample([0], [-1, 3], "f32[0, 3]"),
    {
      title: "integers",
      inputs: { x: integers([4], -9, 9) },
      build: ({ x }) => reshape(x!, [2, 2]),
      type: "i32[2, 2]",
    },
    { title: "truth values", inputs: { x: booleans([4]) }, build: ({ x }) => reshape(x!, [2, 2]), type: "bool[2, 2]" },
  ],
  values: [
    {
      title: "row-major order stays",
      build: () =>
        reshape(
          constant([
            [1, 2, 3],
            [4, 5, 6],
          ]),
          [3, 2],
        ),
      expected: [1, 2, 3, 4, 5, 6],
    },
    {
      title: "special values pass unchanged",
      build: () => reshape(constant([-0, NaN]), [2, 1]),
      expected: [-0, NaN],
    },
    {
      title: "the derivative has the shape of x",
      build: () => {
        const x = param("x", [
          [1, 2],
          [3, 4],
        ]);
        return gradient(sum(mul(reshape(x, [4]), constant([1, 2, 3, 4]))), [x])[0];
      },
      expected: [1, 2, 3, 4],
    },
  ],
  errors: [
    {
      title: "another number of elements",
      build: () => reshape(constant([1, 2, 3]), [2, 2]),
      code: "SHAPE_SIZE",
      message:
        "reshape(x, shape): both shapes must have the same number of elements, got x = f32[3] with 3 and [2, 2] with 4.",
    },
    {
      title: "nothing to something",
      build: () => reshape(constant([]), []),
      code: "SHAPE_SIZE",
      message:
        "reshape(x, shape): both shapes must have the same number of elements, got x = f32[0] with 0 and [] with 1.",
    },
    {
      title: "a size that cannot be worked out",
      build: () => reshape(constant([1, 2, 3]), [2, -1]),
      code: "SHAPE_SIZE",
      message:
        "reshape(x, shape): the sizes given must divide the number of elements, got x = f32[3] with 3 and [2, -1].",
    },
    {
      title: "two sizes left open",
      build: () => reshape(constant([1, 2, 3]), [-1, -1]),
      code: "SHAPE_SIZE",
      message: "reshape(x, shape): only one size may be -1, got x = f32[3] with 3 and [-1, -1].",
    },
    {
      title: "a size left open beside 0",
      build: () => reshape(constant([1, 2, 3]), [0, -1]),
      code: "SHAPE_SIZE",
      message:
        "reshape(x, shape): the sizes given must divide the number of elements, got x = f32[3] with 3 and [0, -1].",
    },
    extentRefused([6, -2], "axis 1 is -2"),
    extentRefused([1.5, 4], "axis 0 is 1.5"),
  ],
};
