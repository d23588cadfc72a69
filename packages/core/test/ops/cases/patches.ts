import { accumulatePatches, constant, extractPatches, input, type PatchWindow } from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";
import { accumulatePatchesOp, extractPatchesOp } from "../../../src/ops/patches.js";

function extracted(title: string, x: readonly number[], window: PatchWindow, type: string): Sample {
  return {
    title: `extractPatches: ${title}`,
    inputs: { x: reals(x) },
    build: (inputs) => extractPatches(inputs["x"]!, window),
    type,
  };
}

function accumulated(
  title: string,
  patches: readonly number[],
  size: readonly number[],
  window: PatchWindow,
  type: string,
): Sample {
  return {
    title: `accumulatePatches: ${title}`,
    inputs: { patches: reals(patches) },
    build: (inputs) => accumulatePatches(inputs["patches"]!, size, window),
    type,
  };
}

const numbers = constant([[[1], [2], [3], [4]]]);

export const patchesCase: OpCase = {
  ops: [extractPatchesOp, accumulatePatchesOp],
  samples: [
    extracted("one axis", [2, 4, 2], { kernel: [3] }, "f32[2, 2, 3, 2]"),
    extracted("a stride with gaps", [1, 7, 1], { kernel: [2], stride: [3] }, "f32[1, 2, 2, 1]"),
    extracted("dilation", [1, 5, 2], { kernel: [2], dilation: [3] }, "f32[1, 2, 2, 2]"),
    extracted("padding", [1, 3, 1], { kernel: [2], before: [2], after: [1] }, "f32[1, 5, 2, 1]"),
    extracted(
      "two axes, everything at once",
      [1, 3, 4, 1],
      { kernel: [2, 3], stride: [2, 1], dilation: [2, 1], before: [1, 0], after: [0, 1] },
      "f32[1, 1, 3, 2, 3, 1]",
    ),
    extracted("three axes", [1, 2, 2, 2, 1], { kernel: [2, 1, 2] }, "f32[1, 1, 2, 1, 2, 1, 2, 1]"),
    extracted("no axis", [2, 3], { kernel: [] }, "f32[2, 3]"),
    extracted("an empty batch", [0, 3, 1], { kernel: [2] }, "f32[0, 2, 2, 1]"),
    extracted("padding alone", [1, 0, 1], { kernel: [2], before: [1], after: [1] }, "f32[1, 1, 2, 1]"),
    accumulated("one axis", [2, 2, 3, 2], [4], { kernel: [3] }, "f32[2, 4, 2]"),
    accumulated("a stride with gaps", [1, 2, 2, 1], [7], { kernel: [2], stride: [3] }, "f32[1, 7, 1]"),
    accumulated(
      "padding and dilation",
      [1, 3, 2, 1],
      [3],
      { kernel: [2], dilation: [2], before: [1], after: [1] },
      "f32[1, 3, 1]",
    ),
    accumulated("two axes", [1, 2, 2, 2, 1, 2], [3, 2], { kernel: [2, 1] }, "f32[1, 3, 2, 2]"),
  ],
  values: [
    {
      title: "patches by hand, zeros in the padding",
      build: () => extractPatches(numbers, { kernel: [2], stride: [2], before: [1], after: [1] }),
      expected: [0, 1, 2, 3, 4, 0],
    },
    {
      title: "dilated patches by hand",
      build: () => extractPatches(numbers, { kernel: [2], dilation: [2] }),
      expected: [1, 3, 2, 4],
    },
    {
      title: "patches of two axes by hand",
      build: () =>
        extractPatches(
          constant([
            [
              [[1], [2], [3]],
              [[4], [5], [6]],
            ],
          ]),
          { kernel: [2, 2] },
        ),
      expected: [1, 2, 4, 5, 2, 3, 5, 6],
    },
    {
      title: "patches added where they came from; those of the padding are lost",
      build: () =>
        accumulatePatches(
          constant([
            [
              [[1], [10]],
              [[2], [20]],
              [[4], [40]],
            ],
          ]),
          [2],
          {
            kernel: [2],
            before: [1],
            after: [1],
          },
        ),
      expected: [12, 24],
    },
    {
      title: "integers",
      build: () => extractPatches(constant([[[1], [2]]], "i32"), { kernel: [1] }),
      expected: [1, 2],
    },
    {
      title: "-0, ∞ and NaN are moved as they are",
      build: () => extractPatches(constant([[[-0], [Infinity], [NaN]]]), { kernel: [3] }),
      expected: [-0, Infinity, NaN],
    },
  ],
  errors: [
    {
      title: "an axis too few",
      build: () => extractPatches(input("x", [3, 2]), { kernel: [2] }),
      code: "WINDOW_RANK",
      message:
        'extractPatches(x, window): x must have 3 axes: one for the batch, 1 to slide along and one for channels, got x = f32[3, 2] ("x").',
    },
    {
      title: "a window that does not fit",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [3], dilation: [2], after: [1] }),
      code: "WINDOW_SIZE",
      message:
        'extractPatches(x, window): a window must fit into the padded axis, got x = f32[1, 3, 2] ("x"), axis 1: 5 elements from first to last in 3 and 1 of padding.',
    },
    {
      title: "a kernel of nothing",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [0] }),
      code: "WINDOW_SETTING",
      message:
        "extractPatches(x, window): kernel must hold a whole number ≥ 1 for each of the 1 spatial axes, got [0].",
    },
    {
      title: "a stride of 0",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [1], stride: [0] }),
      code: "WINDOW_SETTING",
      message:
        "extractPatches(x, window): stride must hold a whole number ≥ 1 for each of the 1 spatial axes, got [0].",
    },
    {
      title: "half a dilation",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [1], dilation: [0.5] }),
      code: "WINDOW_SETTING",
      message:
        "extractPatches(x, window): dilation must hold a whole number ≥ 1 for each of the 1 spatial axes, got [0.5].",
    },
    {
      title: "negative padding",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [1], before: [-1] }),
      code: "WINDOW_SETTING",
      message:
        "extractPatches(x, window): before must hold a whole number ≥ 0 for each of the 1 spatial axes, got [-1].",
    },
    {
      title: "padding for another number of axes",
      build: () => extractPatches(input("x", [1, 3, 2]), { kernel: [1], after: [1, 1] }),
      code: "WINDOW_SETTING",
      message:
        "extractPatches(x, window): after must hold a whole number ≥ 0 for each of the 1 spatial axes, got [1, 1].",
    },
    {
      title: "truth values",
      build: () => extractPatches(constant([[[true]]]) as never, { kernel: [1] }),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'extractPatches(x): the dtype must be f32 or i32, got x = bool[1, 1, 1]. Convert it: cast(node, "f32").',
    },
    {
      title: "patches of another size",
      build: () => accumulatePatches(input("p", [1, 2, 3, 1]), [5], { kernel: [3] }),
      code: "PATCHES_SHAPE",
      message:
        'accumulatePatches(patches, size, window): patches must be [N, 3, 3, C] for size [5], got f32[1, 2, 3, 1] ("p").',
    },
    {
      title: "a size of other axes than the window",
      build: () => accumulatePatches(input("p", [1, 2, 3, 1]), [5, 5], { kernel: [3] }),
      code: "WINDOW_RANK",
      message:
        "accumulatePatches(patches, size, window): x must have 3 axes: one for the batch, 1 to slide along and one for channels, got x = [N, 5, 5, C].",
    },
  ],
};
