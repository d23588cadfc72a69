import { concat, constant, gather, gradient, mul, param, scatterAdd, sum } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type OpCase, type Sample, type SampleInput } from "@unfold/testkit";
import { gatherOp, scatterOp } from "../../../src/ops/gather-scatter.js";
import { builtAtModel, MODEL_SITE } from "../built-at.js";

function gathered(title: string, x: SampleInput, indices: SampleInput, axis: number | undefined, type: string): Sample {
  return {
    title: `gather: ${title}`,
    inputs: { x, indices },
    build: (inputs) => gather(inputs["x"]!, inputs["indices"]!, axis),
    type,
  };
}

function scattered(
  title: string,
  target: SampleInput,
  indices: SampleInput,
  updates: SampleInput,
  axis: number | undefined,
  type: string,
): Sample {
  return {
    title: `scatterAdd: ${title}`,
    inputs: { target, indices, updates },
    build: (inputs) => scatterAdd(inputs["target"]!, inputs["indices"]!, inputs["updates"]!, axis),
    type,
  };
}

/** An index that no row of x has, known only when it runs. */
function indexOutOfRange(title: string, index: number): ErrorCase {
  return {
    title: `gather: ${title}`,
    build: () => builtAtModel(() => gather(constant([[1], [2], [3]]), constant([0, index], "i32"))),
    code: "INDEX_RANGE",
    message: `gather(x, indices) f32[2, 1] built at ${MODEL_SITE}: every index must be in [0, 2], got ${index} at position 1.`,
  };
}

export const gatherScatterCase: OpCase = {
  ops: [gatherOp, scatterOp],
  samples: [
    // Five indices of three rows: at least one is named twice.
    gathered("rows, some of them twice", reals([3, 2]), integers([5], 0, 2), undefined, "f32[5, 2]"),
    gathered("columns", reals([2, 3]), integers([4], 0, 2), 1, "f32[2, 4]"),
    gathered("elements", reals([3]), integers([2], 0, 2), -1, "f32[2]"),
    gathered("one row", reals([3, 2]), integers([], 0, 2), 0, "f32[2]"),
    gathered("a matrix of indices", reals([2, 3, 2]), integers([2, 2], 0, 2), -2, "f32[2, 2, 2, 2]"),
    gathered("a middle axis of four", reals([2, 3, 2, 2]), integers([2], 0, 2), 1, "f32[2, 2, 2, 2]"),
    gathered("no indices", reals([3, 2]), integers([0], 0, 2), 0, "f32[0, 2]"),
    gathered("rows without elements", reals([3, 0]), integers([2], 0, 2), 0, "f32[2, 0]"),
    gathered("integers", integers([3, 2], -9, 9), integers([2], 0, 2), 0, "i32[2, 2]"),
    gathered("truth values", booleans([4]), integers([3], 0, 3), 0, "bool[3]"),
    scattered("rows, some of them twice", reals([3, 2]), integers([5], 0, 2), reals([5, 2]), undefined, "f32[3, 2]"),
    scattered("columns", reals([2, 3]), integers([4], 0, 2), reals([2, 4]), 1, "f32[2, 3]"),
    scattered("one element", reals([3]), integers([], 0, 2), reals([]), -1, "f32[3]"),
    scattered("a matrix of indices", reals([2, 3]), integers([2, 2], 0, 2), reals([2, 2, 2]), -1, "f32[2, 3]"),
    scattered("four axes", reals([2, 1, 3, 2]), integers([4], 0, 2), reals([2, 1, 4, 2]), 2, "f32[2, 1, 3, 2]"),
    scattered("no updates", reals([3, 2]), integers([0], 0, 2), reals([0, 2]), 0, "f32[3, 2]"),
    scattered("integers", integers([3], -9, 9), integers([4], 0, 2), integers([4], -9, 9), 0, "i32[3]"),
  ],
  values: [
    {
      title: "gather: rows by index",
      build: () =>
        gather(
          constant([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          constant([2, 0, 2], "i32"),
        ),
      expected: [5, 6, 1, 2, 5, 6],
    },
    {
      title: "gather: columns by index",
      build: () =>
        gather(
          constant([
            [1, 2, 3],
            [4, 5, 6],
          ]),
          constant([2, 0], "i32"),
          1,
        ),
      expected: [3, 1, 6, 4],
    },
    {
      title: "gather: special values pass unchanged",
      build: () => gather(constant([NaN, -0, -Infinity]), constant([2, 1, 0], "i32")),
      expected: [-Infinity, -0, NaN],
    },
    {
      title: "gather: the derivative counts how often a row was read",
      build: () => {
        const x = param("x", [
          [1, 2],
          [3, 4],
          [5, 6],
        ]);
        return gradient(sum(gather(x, constant([2, 0, 2], "i32"))), [x])[0];
      },
      expected: [1, 1, 0, 0, 2, 2],
    },
    {
      title: "scatterAdd: an index named twice gets both updates",
      build: () => scatterAdd(constant([1, 1, 1]), constant([2, 0, 2], "i32"), constant([5, 6, 7])),
      expected: [7, 1, 13],
    },
    {
      title: "scatterAdd: NaN stays where it was added",
      build: () => scatterAdd(constant([1, 1]), constant([1], "i32"), constant([NaN])),
      expected: [1, NaN],
    },
    {
      title: "scatterAdd: integers wrap",
      build: () => scatterAdd(constant([2 ** 31 - 1, 0], "i32"), constant([0], "i32"), constant([1], "i32")),
      expected: [-(2 ** 31), 0],
    },
    {
      title: "scatterAdd: both operands have their derivative",
      build: () => {
        const target = param("target", [1, 1]);
        const updates = param("updates", [5, 6, 7]);
        const result = scatterAdd(target, constant([1, 1, 0], "i32"), updates);
        return concat(gradient(sum(mul(result, constant([2, 3]))), [target, updates]), 0);
      },
      expected: [2, 3, 3, 3, 2],
    },
  ],
  errors: [
    indexOutOfRange("an index out of range", 3),
    indexOutOfRange("a negative index", -1),
    {
      title: "gather: nothing to read from",
      build: () => builtAtModel(() => gather(constant([]), constant([0], "i32"))),
      code: "INDEX_RANGE",
      message: `gather(x, indices) f32[1] built at ${MODEL_SITE}: there must be something to index, and the axis is empty, got 0 at position 0.`,
    },
    {
      title: "scatterAdd: a negative index",
      build: () => builtAtModel(() => scatterAdd(constant([1, 2]), constant([-1], "i32"), constant([1]))),
      code: "INDEX_RANGE",
      message: `scatter(updates, indices) f32[2] built at ${MODEL_SITE}: every index must be in [0, 1], got -1 at position 0.`,
    },
    {
      title: "gather: an axis out of range",
      build: () => gather(constant([1, 2]), constant([0], "i32"), 1),
      code: "AXIS_RANGE",
      message: "gather(x, indices, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "gather: a scalar",
      build: () => gather(constant(1), constant([0], "i32")),
      code: "AXIS_RANGE",
      message: "gather(x, indices, axis): axis must name an axis, and a scalar has none, got 0.",
    },
    {
      title: "gather: indices that are f32",
      build: () => gather(constant([1, 2]), constant([0]) as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'gather(x, indices): the dtype must be i32, got indices = f32[1]. Convert it: cast(node, "i32").',
    },
    {
      title: "scatterAdd: indices that are f32",
      build: () => scatterAdd(constant([1, 2]), constant([0]) as never, constant([1])),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'scatter(updates, indices): the dtype must be i32, got indices = f32[1]. Convert it: cast(node, "i32").',
    },
    {
      title: "scatterAdd: truth values",
      build: () =>
        scatterAdd(constant([true], "bool") as never, constant([0], "i32"), constant([true], "bool") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message:
        'scatter(updates, indices): the dtype must be f32 or i32, got updates = bool[1]. Convert it: cast(node, "f32").',
    },
    {
      title: "scatterAdd: as many indices as updates there must be",
      build: () => scatterAdd(constant([1, 2]), constant([0, 1], "i32"), constant([1, 2, 3])),
      code: "SCATTER_SHAPE",
      message:
        "scatter(updates, indices): updates must have the axes of indices from axis 0 on, got updates = f32[3] and indices = i32[2].",
    },
    {
      title: "scatterAdd: updates of another width than the target",
      build: () => scatterAdd(constant([[1, 2]]), constant([0], "i32"), constant([[1, 2, 3]])),
      code: "SCATTER_SHAPE",
      message:
        "scatterAdd(target, indices, updates): updates must have the shape of the slices of target at the indices, got target = f32[1, 2], indices = i32[1] and updates = f32[1, 3].",
    },
    {
      title: "scatterAdd: an axis out of range",
      build: () => scatterAdd(constant([1]), constant([0], "i32"), constant([1]), -2),
      code: "AXIS_RANGE",
      message: "scatterAdd(target, indices, updates, axis): axis must be a whole number in [-1, 0], got -2.",
    },
  ],
};
