import { constant, gradient, mul, param, sort, sum, topK, type FloatNode, type Node } from "@unfold/core";
import { integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { axisSamples } from "../axis-samples.js";

function largest(shape: readonly number[], k: number, axis: number | undefined, result: string): Sample[] {
  const inputs = { x: reals(shape, { distinct: true }) };
  const title = `of the ${k} largest along axis ${axis ?? "not given"} of [${shape.join(", ")}]`;
  return [
    { title: `topK: values ${title}`, inputs, build: ({ x }) => topK(x!, k, axis).values, type: `f32${result}` },
    { title: `topK: indices ${title}`, inputs, build: ({ x }) => topK(x!, k, axis).indices, type: `i32${result}` },
  ];
}

/** What each element gets of the cotangents 1, 10, 100, … of f. */
function received(f: (x: Node<"f32">) => FloatNode, elements: readonly number[]): FloatNode {
  const x = param("x", elements);
  const result = f(x);
  return gradient(sum(mul(result, constant(Array.from({ length: result.shape[0]! }, (_, i) => 10 ** i)))), [x])[0];
}

function countRefused(k: number): ErrorCase {
  return {
    title: `topK: k = ${k} of 3`,
    build: () => topK(constant([1, 2, 3]), k),
    code: "TOP_K",
    message: `topK(x, k, axis): k must be a whole number in [1, 3], got ${k} for x = f32[3].`,
  };
}

const mixed = (): Node<"f32"> => constant([NaN, Infinity, -0, NaN, -Infinity, 0]);

export const sortCase: OpCase = {
  ops: [],
  samples: [
    ...axisSamples("sort ascending", (x, axis) => sort(x, axis), { distinct: true }),
    ...axisSamples("sort descending", (x, axis) => sort(x, axis, { descending: true }), { distinct: true }),
    ...largest([4], 2, undefined, "[2]"),
    ...largest([3, 2], 1, 0, "[1, 2]"),
    ...largest([2, 3], 3, -1, "[2, 3]"),
    ...largest([2, 3, 2], 2, 1, "[2, 2, 2]"),
    ...largest([2, 1, 3, 2], 2, -2, "[2, 1, 2, 2]"),
    ...largest([0, 3], 2, 1, "[0, 2]"),
    {
      title: "sort of integers",
      inputs: { x: integers([2, 3], -9, 9) },
      build: ({ x }) => sort(x!),
      type: "i32[2, 3]",
    },
    {
      title: "topK of integers",
      inputs: { x: integers([2, 3], -9, 9) },
      build: ({ x }) => topK(x!, 2).values,
      type: "i32[2, 2]",
    },
  ],
  values: [
    {
      title: "sort: rows",
      build: () =>
        sort(
          constant([
            [3, 1, 2],
            [0, 5, 4],
          ]),
        ),
      expected: [1, 2, 3, 0, 4, 5],
    },
    {
      title: "sort: columns",
      build: () =>
        sort(
          constant([
            [3, 1, 2],
            [0, 5, 4],
          ]),
          0,
        ),
      expected: [0, 1, 2, 3, 5, 4],
    },
    {
      title: "sort: NaN last, zeros in their order",
      build: () => sort(mixed()),
      expected: [-Infinity, -0, 0, Infinity, NaN, NaN],
    },
    {
      title: "sort: NaN last, zeros in their order, descending",
      build: () => sort(mixed(), 0, { descending: true }),
      expected: [Infinity, -0, 0, -Infinity, NaN, NaN],
    },
    { title: "sort: one element", build: () => sort(constant([7])), expected: [7] },
    {
      title: "sort: the derivative goes where the element came from",
      build: () => received((x) => sort(x), [3, 1, 2]),
      expected: [100, 1, 10],
    },
    {
      title: "sort: the derivative at ties keeps their order",
      build: () => received((x) => sort(x), [2, 1, 2]),
      expected: [10, 1, 100],
    },
    {
      title: "sort: the derivative at ties keeps their order, descending",
      build: () => received((x) => sort(x, 0, { descending: true }), [2, 3, 2]),
      expected: [10, 1, 100],
    },
    { title: "topK: values, largest first", build: () => topK(constant([3, 1, 2, 5]), 3).values, expected: [5, 3, 2] },
    { title: "topK: indices", build: () => topK(constant([3, 1, 2, 5]), 3).indices, expected: [3, 0, 2] },
    { title: "topK: the first of ties", build: () => topK(constant([1, 2, 2, 2]), 2).indices, expected: [1, 2] },
    {
      title: "topK: NaN is never among the largest while there are numbers",
      build: () => topK(mixed(), 5).indices,
      expected: [1, 2, 5, 4, 0],
    },
    {
      title: "topK: the derivative goes to the largest",
      build: () => received((x) => topK(x, 2).values, [3, 1, 2, 5]),
      expected: [10, 0, 0, 1],
    },
  ],
  errors: [
    ...[0, 4, -1, 1.5, NaN].map(countRefused),
    {
      title: "topK: nothing to choose from",
      build: () => topK(constant([]), 1),
      code: "TOP_K",
      message: "topK(x, k, axis): k must be a whole number in [1, 0], got 1 for x = f32[0].",
    },
    {
      title: "topK: an axis out of range",
      build: () => topK(constant([1]), 1, 1),
      code: "AXIS_RANGE",
      message: "topK(x, k, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "sort: an axis out of range",
      build: () => sort(constant([1]), 1),
      code: "AXIS_RANGE",
      message: "sort(x, axis): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "sort: a scalar",
      build: () => sort(constant(1)),
      code: "AXIS_RANGE",
      message: "sort(x, axis): axis must name an axis, and a scalar has none, got -1.",
    },
    {
      title: "sort: truth values",
      build: () => sort(constant([true], "bool") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'argsort(x): the dtype must be f32 or i32, got x = bool[1]. Convert it: cast(node, "f32").',
    },
  ],
};
