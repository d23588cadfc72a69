import {
  constant,
  conv1d,
  conv2d,
  input,
  type GroupOptions,
  type WindowOptions1d,
  type WindowOptions2d,
} from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";

function sample1d(
  title: string,
  x: readonly number[],
  kernel: readonly number[],
  type: string,
  options: WindowOptions1d & GroupOptions = {},
): Sample {
  return {
    title: `conv1d: ${title}`,
    inputs: { x: reals(x), kernel: reals(kernel) },
    build: (inputs) => conv1d(inputs["x"]!, inputs["kernel"]!, options),
    type,
  };
}

function sample2d(
  title: string,
  x: readonly number[],
  kernel: readonly number[],
  type: string,
  options: WindowOptions2d & GroupOptions = {},
): Sample {
  return {
    title: `conv2d: ${title}`,
    inputs: { x: reals(x), kernel: reals(kernel) },
    build: (inputs) => conv2d(inputs["x"]!, inputs["kernel"]!, options),
    type,
  };
}

const ramp = constant([[[1], [2], [3], [4]]]);
const weights = constant([[[1]], [[10]], [[100]]]);

export const convolutionCase: OpCase = {
  ops: [],
  samples: [
    sample1d("valid", [2, 4, 2], [3, 2, 2], "f32[2, 2, 2]"),
    sample1d("same, strided", [1, 5, 1], [2, 1, 2], "f32[1, 3, 2]", { padding: "same", stride: 2 }),
    sample1d("causal, dilated", [1, 4, 1], [2, 1, 1], "f32[1, 4, 1]", { padding: "causal", dilation: 2 }),
    sample1d("in groups", [1, 3, 4], [2, 2, 2], "f32[1, 2, 2]", { groups: 2 }),
    sample1d("depthwise", [1, 3, 2], [2, 1, 4], "f32[1, 2, 4]", { groups: 2 }),
    sample1d("an empty batch", [0, 3, 1], [2, 1, 1], "f32[0, 2, 1]"),
    sample2d("valid", [1, 3, 3, 2], [2, 2, 2, 1], "f32[1, 2, 2, 1]"),
    sample2d("padded, strided along W", [1, 2, 3, 1], [2, 2, 1, 2], "f32[1, 3, 2, 2]", { padding: 1, stride: [1, 2] }),
    sample2d("same, dilated along H", [1, 3, 2, 1], [2, 1, 1, 1], "f32[1, 3, 2, 1]", {
      padding: "same",
      dilation: [2, 1],
    }),
    sample2d("padded along W only", [1, 2, 1, 1], [1, 3, 1, 1], "f32[1, 2, 1, 1]", { padding: [0, 1] }),
  ],
  values: [
    { title: "the kernel is not reversed", build: () => conv1d(ramp, weights), expected: [321, 432] },
    {
      title: "same padding puts one element on each side",
      build: () => conv1d(ramp, weights, { padding: "same" }),
      expected: [210, 321, 432, 43],
    },
    {
      title: "an odd element of same padding comes last",
      build: () => conv1d(ramp, constant([[[1]], [[10]]]), { padding: "same" }),
      expected: [21, 32, 43, 4],
    },
    {
      title: "a causal convolution sees nothing later",
      build: () => conv1d(ramp, weights, { padding: "causal" }),
      expected: [100, 210, 321, 432],
    },
  ],
  errors: [
    {
      title: "x without a batch",
      build: () => conv1d(input("x", [4, 2]), input("kernel", [3, 2, 5])),
      code: "WINDOW_INPUT",
      message: 'conv1d(x, kernel, options): x must be f32[N, L, C], got x = f32[4, 2] ("x").',
    },
    {
      title: "a kernel without channels",
      build: () => conv2d(input("x", [1, 4, 4, 2]), input("edges", [3, 3])),
      code: "WINDOW_INPUT",
      message:
        'conv2d(x, kernel, options): kernel must be f32[KH, KW, C / groups, D], got kernel = f32[3, 3] ("edges").',
    },
    {
      title: "integers",
      build: () => conv1d(constant([[[1]]], "i32") as never, input("kernel", [1, 1, 1])),
      code: "WINDOW_INPUT",
      message: "conv1d(x, kernel, options): x must be f32[N, L, C], got x = i32[1, 1, 1].",
    },
    {
      title: "channels that differ",
      build: () => conv1d(input("x", [1, 4, 3]), input("W", [3, 2, 5])),
      code: "CONVOLUTION_CHANNELS",
      message:
        'conv1d(x, kernel, options): the last axis of x must equal the second-to-last axis of kernel, got x = f32[1, 4, 3] ("x") and kernel = f32[3, 2, 5] ("W"): 3 ≠ 2.',
    },
    {
      title: "channels that differ from those of the groups",
      build: () => conv1d(input("x", [1, 4, 3]), input("W", [3, 2, 6]), { groups: 2 }),
      code: "CONVOLUTION_CHANNELS",
      message:
        'conv1d(x, kernel, options): the last axis of x must equal 2 groups of the second-to-last axis of kernel, got x = f32[1, 4, 3] ("x") and kernel = f32[3, 2, 6] ("W"): 3 ≠ 2 · 2.',
    },
    {
      title: "groups that do not divide the results",
      build: () => conv1d(input("x", [1, 4, 4]), input("W", [3, 2, 5]), { groups: 2 }),
      code: "CONVOLUTION_GROUPS",
      message:
        'conv1d(x, kernel, options): groups must be a whole number ≥ 1 that divides the last axis of kernel, got 2 for kernel = f32[3, 2, 5] ("W").',
    },
    {
      title: "no groups",
      build: () => conv1d(input("x", [1, 4, 4]), input("W", [3, 4, 5]), { groups: 0 }),
      code: "CONVOLUTION_GROUPS",
      message:
        'conv1d(x, kernel, options): groups must be a whole number ≥ 1 that divides the last axis of kernel, got 0 for kernel = f32[3, 4, 5] ("W").',
    },
    {
      title: "a kernel that does not fit",
      build: () => conv2d(input("x", [1, 4, 2, 1]), input("W", [3, 3, 1, 1])),
      code: "WINDOW_SIZE",
      message:
        'conv2d(x, kernel, options): a window must fit into the padded axis, got x = f32[1, 4, 2, 1] ("x"), axis 2: 3 elements from first to last in 2 and 0 of padding.',
    },
    {
      title: "a stride of 0",
      build: () => conv1d(input("x", [1, 4, 1]), input("W", [3, 1, 1]), { stride: 0, padding: "same" }),
      code: "WINDOW_SETTING",
      message:
        "conv1d(x, kernel, options): stride must hold a whole number ≥ 1 for each of the 1 spatial axes, got [0].",
    },
    {
      title: "causal padding along two axes",
      build: () => conv2d(input("x", [1, 4, 4, 1]), input("W", [3, 3, 1, 1]), { padding: "causal" as "same" }),
      code: "WINDOW_PADDING",
      message: 'conv2d(x, kernel, options): padding must be a whole number ≥ 0, "valid" or "same", got "causal".',
    },
    {
      title: "an unknown word",
      build: () => conv1d(input("x", [1, 4, 1]), input("W", [3, 1, 1]), { padding: "full" as "same" }),
      code: "WINDOW_PADDING",
      message:
        'conv1d(x, kernel, options): padding must be a whole number ≥ 0, "valid", "same" or "causal", got "full".',
    },
  ],
};
