import { concat, constant, gradient, input, mul, param, split, stack, sum, unstack, type Node } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";

function stacked(shape: readonly number[], axis: number | undefined, type: string): Sample {
  return {
    title: `stack: two of [${shape.join(", ")}] along axis ${axis ?? "not given"}`,
    inputs: { a: reals(shape), b: reals(shape) },
    build: ({ a, b }) => stack([a!, b!], axis),
    type,
  };
}

function unstacked(shape: readonly number[], axis: number | undefined, i: number, type: string): Sample {
  return {
    title: `unstack: element ${i} along axis ${axis ?? "not given"} of [${shape.join(", ")}]`,
    inputs: { x: reals(shape) },
    build: ({ x }) => unstack(x!, axis)[i]!,
    type,
  };
}

function parted(
  shape: readonly number[],
  parts: number | readonly number[],
  axis: number,
  i: number,
  type: string,
): Sample {
  return {
    title: `split: part ${i} of [${shape.join(", ")}] along axis ${axis} by ${JSON.stringify(parts)}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => split(x!, parts, axis)[i]!,
    type,
  };
}

/** There and back. */
function roundTrip(title: string, shape: readonly number[], build: (x: Node<never>) => Node): Sample {
  return {
    title: `round trip: ${title}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => build(x!),
    type: `f32[${shape.join(", ")}]`,
  };
}

function partsRefused(parts: number | readonly number[], got: string): ErrorCase {
  return {
    title: `split: ${got}`,
    build: () => split(constant([[1, 2, 3]]), parts, -1),
    code: "SPLIT_SIZES",
    message: `split(x, parts, axis): the parts must be whole numbers that add up to axis 1, got ${got} of x = f32[1, 3].`,
  };
}

const table = (): Node<"f32"> =>
  constant([
    [1, 2, 3],
    [4, 5, 6],
  ]);

export const stackSplitCase: OpCase = {
  ops: [],
  samples: [
    stacked([], undefined, "f32[2]"),
    stacked([3], 0, "f32[2, 3]"),
    stacked([3], -1, "f32[3, 2]"),
    stacked([2, 3], 1, "f32[2, 2, 3]"),
    stacked([2, 1, 3], -2, "f32[2, 1, 2, 3]"),
    stacked([0], 1, "f32[0, 2]"),
    unstacked([3], undefined, 1, "f32[]"),
    unstacked([2, 3], 0, 1, "f32[3]"),
    unstacked([2, 3], -1, 2, "f32[2]"),
    unstacked([2, 3, 2], 1, 1, "f32[2, 2]"),
    unstacked([2, 1, 3, 2], -2, 0, "f32[2, 1, 2]"),
    parted([6], 3, 0, 1, "f32[2]"),
    parted([6], [1, 0, 5], 0, 2, "f32[5]"),
    parted([6], [1, 0, 5], -1, 1, "f32[0]"),
    parted([2, 3, 2], [1, 2], 1, 1, "f32[2, 2, 2]"),
    parted([2, 1, 4, 2], 2, -2, 0, "f32[2, 1, 2, 2]"),
    roundTrip("unstack and stack the first axis", [2, 3], (x) => stack(unstack(x))),
    roundTrip("unstack and stack the last axis", [2, 1, 3], (x) => stack(unstack(x, -1), -1)),
    roundTrip("split equally and concat", [2, 4], (x) => concat(split(x, 2, 1), 1)),
    roundTrip("split unequally and concat", [3, 2, 2], (x) => concat(split(x, [1, 0, 2], 0), 0)),
    {
      title: "stack of integers",
      inputs: { a: integers([2], -9, 9), b: integers([2], -9, 9) },
      build: ({ a, b }) => stack([a!, b!]),
      type: "i32[2, 2]",
    },
    {
      title: "split of truth values",
      inputs: { x: booleans([4]) },
      build: ({ x }) => split(x!, 2, 0)[1]!,
      type: "bool[2]",
    },
  ],
  values: [
    { title: "stack: rows", build: () => stack([constant([1, 2]), constant([3, 4])]), expected: [1, 2, 3, 4] },
    { title: "stack: columns", build: () => stack([constant([1, 2]), constant([3, 4])], 1), expected: [1, 3, 2, 4] },
    { title: "stack: one part", build: () => stack([constant([-0, NaN])]), expected: [-0, NaN] },
    { title: "unstack: a row", build: () => unstack(table())[1]!, expected: [4, 5, 6] },
    { title: "unstack: a column", build: () => unstack(table(), 1)[2]!, expected: [3, 6] },
    { title: "split: equal parts", build: () => split(table(), 2, 0)[1]!, expected: [4, 5, 6] },
    { title: "split: parts of given sizes", build: () => split(table(), [1, 2], 1)[1]!, expected: [2, 3, 5, 6] },
    {
      title: "round trip: what was split and is concatenated in another order",
      build: () => concat(split(table(), [1, 2], 1).toReversed(), 1),
      expected: [2, 3, 1, 5, 6, 4],
    },
    {
      title: "no parts of an empty axis",
      build: () => constant([unstack(constant([])).length, split(constant([]), 0, 0).length], "i32"),
      expected: [0, 0],
    },
    {
      title: "unstack: the derivative of one element is zero elsewhere",
      build: () => {
        const x = param("x", [
          [1, 2],
          [3, 4],
          [5, 6],
        ]);
        return gradient(sum(mul(unstack(x)[1]!, constant([7, 8]))), [x])[0];
      },
      expected: [0, 0, 7, 8, 0, 0],
    },
  ],
  errors: [
    {
      title: "stack: no parts",
      build: () => stack([], 1),
      code: "CONCAT_EMPTY",
      message: "stack(parts, axis): there must be at least one part, got none.",
    },
    {
      title: "stack: shapes that differ",
      build: () => stack([constant([1, 2]), constant([1, 2]), constant([1, 2, 3])]),
      code: "SHAPE_MISMATCH",
      message: "stack(parts, axis): all parts must have one shape, got parts[0] = f32[2] and parts[2] = f32[3].",
    },
    {
      title: "stack: ranks that differ",
      build: () => stack([constant([1]), constant(1)]),
      code: "SHAPE_MISMATCH",
      message: "stack(parts, axis): all parts must have one shape, got parts[0] = f32[1] and parts[1] = f32[].",
    },
    {
      title: "stack: an axis out of range",
      build: () => stack([constant([1])], 2),
      code: "AXIS_RANGE",
      message: "stack(parts, axis): axis must be a whole number in [-2, 1], got 2.",
    },
    {
      title: "unstack: an axis out of range",
      build: () => unstack(constant([1]), 1),
      code: "AXIS_RANGE",
      message: "unstack(x, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "unstack: a scalar",
      build: () => unstack(constant(1)),
      code: "AXIS_RANGE",
      message: "unstack(x, axis): axis must name an axis, and a scalar has none, got 0.",
    },
    {
      title: "unstack: more elements than a heap holds nodes",
      build: () => unstack(input("x", [2, 1e9]), 1),
      code: "SPLIT_PARTS",
      message:
        'unstack(x, axis): there must be at most 500000 parts, got 1000000000 of x = f32[2, 1000000000] ("x"). Leave the axis whole, or scan along it.',
    },
    {
      title: "split: more parts than a heap holds nodes",
      build: () => split(input("x", [1e9]), 1e9, 0),
      code: "SPLIT_PARTS",
      message:
        'split(x, parts, axis): there must be at most 500000 parts, got 1000000000 of x = f32[1000000000] ("x"). Leave the axis whole, or scan along it.',
    },
    {
      title: "split: an axis out of range",
      build: () => split(table(), 1, 2),
      code: "AXIS_RANGE",
      message: "split(x, parts, axis): axis must be a whole number in [-2, 1], got 2.",
    },
    partsRefused(2, "2 equal parts"),
    partsRefused(0, "0 equal parts"),
    partsRefused(-1, "-1 equal parts"),
    partsRefused(1.5, "1.5 equal parts"),
    partsRefused([1, 1], "[1, 1]"),
    partsRefused([4, -1], "[4, -1]"),
    partsRefused([1.5, 1.5], "[1.5, 1.5]"),
  ],
};
