import { averagePool1d, averagePool2d, constant, input, maxPool1d, maxPool2d, type FloatNode } from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";

function sample(title: string, x: readonly number[], build: (x: FloatNode) => FloatNode, type: string): Sample {
  // Ties are kinks of the largest element.
  return { title, inputs: { x: reals(x, { distinct: true }) }, build: (inputs) => build(inputs["x"]!), type };
}

const negative = constant([[[-1], [-5], [-3]]]);

export const poolingCase: OpCase = {
  ops: [],
  samples: [
    sample("maxPool1d", [2, 4, 2], (x) => maxPool1d(x, 2), "f32[2, 2, 2]"),
    sample(
      "maxPool1d overlapping, padded",
      [1, 4, 1],
      (x) => maxPool1d(x, 3, { stride: 1, padding: 1 }),
      "f32[1, 4, 1]",
    ),
    sample("maxPool1d dilated", [1, 5, 1], (x) => maxPool1d(x, 2, { stride: 1, dilation: 3 }), "f32[1, 2, 1]"),
    sample("maxPool2d", [1, 4, 2, 2], (x) => maxPool2d(x, 2), "f32[1, 2, 1, 2]"),
    sample("maxPool2d same", [1, 3, 3, 1], (x) => maxPool2d(x, [2, 3], { padding: "same" }), "f32[1, 2, 1, 1]"),
    sample("averagePool1d", [2, 4, 2], (x) => averagePool1d(x, 2), "f32[2, 2, 2]"),
    sample("averagePool1d padded", [1, 3, 1], (x) => averagePool1d(x, 2, { padding: 1, stride: 1 }), "f32[1, 4, 1]"),
    sample("averagePool2d same", [1, 3, 3, 1], (x) => averagePool2d(x, 2, { padding: "same" }), "f32[1, 2, 2, 1]"),
  ],
  values: [
    {
      title: "padding never is the largest element",
      build: () => maxPool1d(negative, 2, { padding: 1 }),
      expected: [-1, -3],
    },
    {
      title: "NaN wins",
      build: () => maxPool1d(constant([[[NaN], [1], [2], [3]]]), 2),
      expected: [NaN, 3],
    },
    {
      title: "the mean leaves out the padding",
      build: () => averagePool1d(negative, 2, { padding: 1 }),
      expected: [-1, -4],
    },
    {
      title: "the mean counts the padding if asked to",
      build: () => averagePool1d(negative, 2, { padding: 1, countPadding: true }),
      expected: [-0.5, -4],
    },
    {
      title: "causal: the largest element so far",
      build: () => maxPool1d(constant([[[1], [3], [2], [4]]]), 4, { padding: "causal", stride: 1 }),
      expected: [1, 3, 3, 4],
    },
    {
      title: "the corner of a picture has one element, its edges two, its middle four",
      build: () =>
        averagePool2d(
          constant([
            [
              [[1], [2]],
              [[4], [8]],
            ],
          ]),
          2,
          { padding: 1, stride: 1 },
        ),
      expected: [1, 1.5, 2, 2.5, 3.75, 5, 4, 6, 8],
    },
  ],
  errors: [
    {
      title: "x without channels",
      build: () => maxPool1d(input("x", [2, 4]), 2),
      code: "WINDOW_INPUT",
      message: 'maxPool1d(x, window, options): x must be f32[N, L, C], got x = f32[2, 4] ("x").',
    },
    {
      title: "a picture without a batch",
      build: () => averagePool2d(input("x", [4, 4, 1]), 2),
      code: "WINDOW_INPUT",
      message: 'averagePool2d(x, window, options): x must be f32[N, H, W, C], got x = f32[4, 4, 1] ("x").',
    },
    {
      title: "a window of nothing",
      build: () => averagePool1d(input("x", [1, 4, 1]), 0),
      code: "WINDOW_SETTING",
      message:
        "averagePool1d(x, window, options): kernel must hold a whole number ≥ 1 for each of the 1 spatial axes, got [0].",
    },
    {
      title: "a window that does not fit",
      build: () => maxPool2d(input("x", [1, 4, 2, 1]), 3),
      code: "WINDOW_SIZE",
      message:
        'maxPool2d(x, window, options): a window must fit into the padded axis, got x = f32[1, 4, 2, 1] ("x"), axis 2: 3 elements from first to last in 2 and 0 of padding.',
    },
    {
      title: "a window in the padding",
      build: () => maxPool1d(input("x", [1, 4, 1]), 2, { padding: 2 }),
      code: "POOL_PADDING",
      message:
        'maxPool1d(x, window, options): every window must see an element of x, got x = f32[1, 4, 1] ("x"): window 0 of 4 sees padding only.',
    },
  ],
};
