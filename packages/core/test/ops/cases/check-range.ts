import { checkRange, constant, type IntNode } from "@unfold/core";
import { integers, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { checkRangeOp } from "../../../src/ops/check-range.js";
import { builtAtModel, MODEL_SITE } from "../built-at.js";

const ofLabels = (labels: IntNode, size = 3): IntNode =>
  checkRange(labels, size, { where: "mine(labels)", subject: "every label", fix: "Count from 0" });

function sample(shape: readonly number[], type: string): Sample {
  return {
    title: `indices of [${shape.join(", ")}]`,
    inputs: { indices: integers(shape, 0, 2) },
    build: ({ indices }) => ofLabels(indices!),
    type,
    gradient: "none",
  };
}

function indexRefused(index: number): ErrorCase {
  return {
    title: `index ${index} of 3`,
    build: () => builtAtModel(() => ofLabels(constant([2, index], "i32"))),
    code: "INDEX_RANGE",
    message: `mine(labels) built at ${MODEL_SITE}: every label must be in [0, 2], got ${index} at position 1. Count from 0.`,
  };
}

function sizeRefused(size: number): ErrorCase {
  return {
    title: `size ${size}`,
    build: () => ofLabels(constant([0], "i32"), size),
    code: "SIZE_RANGE",
    message: `checkRange(indices, size, words): size must be a whole number ≥ 0, got ${size}.`,
  };
}

export const checkRangeCase: OpCase = {
  ops: [checkRangeOp],
  samples: [sample([], "i32[]"), sample([5], "i32[5]"), sample([2, 1, 3], "i32[2, 1, 3]"), sample([0, 2], "i32[0, 2]")],
  values: [
    { title: "both ends", build: () => ofLabels(constant([2, 0], "i32")), expected: [2, 0] },
    { title: "nothing of an empty axis", build: () => ofLabels(constant([], "i32"), 0), expected: [] },
  ],
  errors: [
    ...[3, -1].map(indexRefused),
    ...[-1, 2.5, NaN].map(sizeRefused),
    {
      title: "an index that stands in a table",
      build: () =>
        builtAtModel(() =>
          ofLabels(
            constant(
              [
                [0, 1],
                [2, 7],
              ],
              "i32",
            ),
          ),
        ),
      code: "INDEX_RANGE",
      message: `mine(labels) built at ${MODEL_SITE}: every label must be in [0, 2], got 7 at [1, 1]. Count from 0.`,
    },
    ...[-1, 3].map((index) => ({
      title: `index ${index}, counted from 1`,
      build: () =>
        builtAtModel(() =>
          checkRange(constant([index], "i32"), 3, { where: "mine(n)", subject: "every n", fix: "Count", first: 1 }),
        ),
      code: "INDEX_RANGE" as const,
      message: `mine(n) built at ${MODEL_SITE}: every n must be in [1, 3], got ${index + 1} at position 0. Count.`,
    })),
    {
      title: "an index of an empty axis",
      build: () => builtAtModel(() => ofLabels(constant([0], "i32"), 0)),
      code: "INDEX_RANGE",
      message: `mine(labels) built at ${MODEL_SITE}: there must be something to index, and the axis is empty, got 0 at position 0. Count from 0.`,
    },
    {
      title: "indices that are f32",
      build: () => ofLabels(constant([1]) as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'checkRange(indices): the dtype must be i32, got indices = f32[1]. Convert it: cast(node, "i32").',
    },
  ],
};
