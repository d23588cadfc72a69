import { constant, oneHot } from "@unfold/core";
import { integers, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { oneHotOp } from "../../../src/ops/one-hot.js";
import { builtAtModel, MODEL_SITE } from "../built-at.js";

function sample(shape: readonly number[], type: string): Sample {
  return {
    title: `indices of [${shape.join(", ")}]`,
    inputs: { indices: integers(shape, 0, 2) },
    build: ({ indices }) => oneHot(indices!, 3),
    type,
    gradient: "none",
  };
}

function depthRefused(depth: number): ErrorCase {
  return {
    title: `depth ${depth}`,
    build: () => oneHot(constant([0], "i32"), depth),
    code: "ONE_HOT_DEPTH",
    message: `oneHot(indices, depth): depth must be a whole number ≥ 1, got ${depth}.`,
  };
}

function indexRefused(index: number): ErrorCase {
  return {
    title: `index ${index} of 3`,
    build: () => builtAtModel(() => oneHot(constant([2, index], "i32"), 3)),
    code: "INDEX_RANGE",
    message: `oneHot(indices) f32[2, 3] built at ${MODEL_SITE}: every index must be in [0, 2], got ${index} at position 1.`,
  };
}

export const oneHotCase: OpCase = {
  ops: [oneHotOp],
  samples: [
    sample([], "f32[3]"),
    sample([4], "f32[4, 3]"),
    sample([2, 2], "f32[2, 2, 3]"),
    sample([2, 1, 2], "f32[2, 1, 2, 3]"),
    sample([0], "f32[0, 3]"),
  ],
  values: [
    { title: "one class per row", build: () => oneHot(constant([2, 0], "i32"), 3), expected: [0, 0, 1, 1, 0, 0] },
    { title: "a scalar", build: () => oneHot(constant(1, "i32"), 3), expected: [0, 1, 0] },
    { title: "one class", build: () => oneHot(constant([0, 0], "i32"), 1), expected: [1, 1] },
  ],
  errors: [
    ...[0, -1, 2.5, NaN].map(depthRefused),
    ...[3, -1].map(indexRefused),
    {
      title: "indices that are f32",
      build: () => oneHot(constant([1]) as never, 3),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'oneHot(indices): the dtype must be i32, got indices = f32[1]. Convert it: cast(node, "i32").',
    },
  ],
};
