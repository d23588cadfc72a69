import { constant, gradient, param, sum, takeAlongAxis } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type OpCase, type Sample, type SampleInput } from "@unfold/testkit";
import { apply } from "../../../src/graph/apply.js";
import { addAlongAxisOp, takeAlongAxisOp } from "../../../src/ops/take-along-axis.js";
import { builtAtModel, MODEL_SITE } from "../built-at.js";

function taken(
  title: string,
  x: SampleInput,
  indexShape: readonly number[],
  axis: number | undefined,
  type: string,
): Sample {
  const last = x.shape.at(axis ?? -1)! - 1;
  return {
    title: `takeAlongAxis: ${title}`,
    inputs: { x, indices: integers(indexShape, 0, last) },
    build: (inputs) => takeAlongAxis(inputs["x"]!, inputs["indices"]!, axis),
    type,
  };
}

/** It has no builder: it comes from the derivative of takeAlongAxis. */
function added(title: string, updates: SampleInput, axis: number, size: number, type: string): Sample {
  return {
    title: `addAlongAxis: ${title}`,
    inputs: { updates, indices: integers(updates.shape, 0, size - 1) },
    build: (inputs) => apply(addAlongAxisOp, [inputs["updates"]!, inputs["indices"]!], { axis, size }),
    type,
  };
}

function indexRefused(index: number): ErrorCase {
  return {
    title: `takeAlongAxis: index ${index} of 2`,
    build: () => builtAtModel(() => takeAlongAxis(constant([[1, 2]]), constant([[0, 1, index]], "i32"))),
    code: "INDEX_RANGE",
    message: `takeAlongAxis(x, indices) f32[1, 3] built at ${MODEL_SITE}: every index must be in [0, 1], got ${index} at [0, 2].`,
  };
}

export const takeAlongAxisCase: OpCase = {
  ops: [takeAlongAxisOp, addAlongAxisOp],
  samples: [
    taken("elements", reals([3]), [2], 0, "f32[2]"),
    // Four of three elements: at least one is read twice.
    taken("more than there are", reals([2, 3]), [2, 4], undefined, "f32[2, 4]"),
    taken("columns", reals([3, 2]), [4, 2], 0, "f32[4, 2]"),
    taken("a middle axis", reals([2, 3, 2]), [2, 4, 2], -2, "f32[2, 4, 2]"),
    taken("four axes", reals([2, 1, 3, 2]), [2, 1, 4, 2], 2, "f32[2, 1, 4, 2]"),
    taken("the first of four axes", reals([2, 1, 3, 2]), [3, 1, 3, 2], -4, "f32[3, 1, 3, 2]"),
    taken("no indices", reals([2, 3]), [2, 0], 1, "f32[2, 0]"),
    taken("no lines", reals([0, 3]), [0, 2], 1, "f32[0, 2]"),
    taken("integers", integers([2, 3], -9, 9), [2, 1], 1, "i32[2, 1]"),
    taken("truth values", booleans([2, 3]), [2, 1], 1, "bool[2, 1]"),
    added("elements", reals([4]), 0, 3, "f32[3]"),
    added("rows", reals([2, 4]), 1, 3, "f32[2, 3]"),
    added("a middle axis", reals([2, 3, 2]), 1, 2, "f32[2, 2, 2]"),
    added("four axes", reals([3, 1, 2, 2]), 0, 2, "f32[2, 1, 2, 2]"),
    added("nothing", reals([2, 0]), 1, 3, "f32[2, 3]"),
    added("integers", integers([2, 4], -9, 9), 1, 3, "i32[2, 3]"),
  ],
  values: [
    {
      title: "takeAlongAxis: one element of each row",
      build: () =>
        takeAlongAxis(
          constant([
            [10, 30, 20],
            [60, 40, 50],
          ]),
          constant([[1], [0]], "i32"),
        ),
      expected: [30, 60],
    },
    {
      title: "takeAlongAxis: one element of each column",
      build: () =>
        takeAlongAxis(
          constant([
            [10, 30, 20],
            [60, 40, 50],
          ]),
          constant([[1, 0, 1]], "i32"),
          0,
        ),
      expected: [60, 30, 50],
    },
    {
      title: "takeAlongAxis: special values pass unchanged",
      build: () => takeAlongAxis(constant([NaN, -0, -Infinity]), constant([1, 2, 0], "i32")),
      expected: [-0, -Infinity, NaN],
    },
    {
      title: "takeAlongAxis: the derivative counts how often an element was read",
      build: () => {
        const x = param("x", [
          [1, 2],
          [3, 4],
        ]);
        return gradient(
          sum(
            takeAlongAxis(
              x,
              constant(
                [
                  [1, 1, 1],
                  [0, 1, 0],
                ],
                "i32",
              ),
            ),
          ),
          [x],
        )[0];
      },
      expected: [0, 3, 2, 1],
    },
    {
      title: "addAlongAxis: an index named twice gets both",
      build: () => apply(addAlongAxisOp, [constant([[5, 6, 7]]), constant([[2, 0, 2]], "i32")], { axis: 1, size: 4 }),
      expected: [6, 0, 12, 0],
    },
    {
      title: "addAlongAxis: integers wrap",
      build: () =>
        apply(addAlongAxisOp, [constant([2 ** 31 - 1, 1], "i32"), constant([0, 0], "i32")], { axis: 0, size: 1 }),
      expected: [-(2 ** 31)],
    },
  ],
  errors: [
    ...[2, -1].map(indexRefused),
    {
      title: "takeAlongAxis: nothing to read from",
      build: () => builtAtModel(() => takeAlongAxis(constant([]), constant([0], "i32"))),
      code: "INDEX_RANGE",
      message: `takeAlongAxis(x, indices) f32[1] built at ${MODEL_SITE}: there must be something to index, and the axis is empty, got 0 at position 0.`,
    },
    {
      title: "takeAlongAxis: another axis that differs",
      build: () =>
        takeAlongAxis(
          constant([
            [1, 2],
            [3, 4],
          ]),
          constant([[0]], "i32"),
        ),
      code: "SHAPE_MISMATCH",
      message:
        "takeAlongAxis(x, indices): x and indices must agree in every axis but 1, got x = f32[2, 2] and indices = i32[1, 1].",
    },
    {
      title: "takeAlongAxis: another rank",
      build: () => takeAlongAxis(constant([[1, 2]]), constant([0], "i32")),
      code: "SHAPE_MISMATCH",
      message:
        "takeAlongAxis(x, indices): x and indices must agree in every axis but 1, got x = f32[1, 2] and indices = i32[1].",
    },
    {
      title: "takeAlongAxis: an axis out of range",
      build: () => takeAlongAxis(constant([1]), constant([0], "i32"), 1),
      code: "AXIS_RANGE",
      message: "takeAlongAxis(x, indices, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "takeAlongAxis: indices that are f32",
      build: () => takeAlongAxis(constant([1]), constant([0]) as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'takeAlongAxis(x, indices): the dtype must be i32, got indices = f32[1]. Convert it: cast(node, "i32").',
    },
  ],
};
