import { constant, iota, pad, slice, type AxisRange, type Node } from "@unfold/core";
import { booleans, integers, reals, type ErrorCase, type KnownValue, type OpCase, type Sample } from "@unfold/testkit";
import { padOp, sliceOp } from "../../../src/ops/slice-pad.js";

type Widths = Parameters<typeof pad>[1];

function sliced(shape: readonly number[], ranges: readonly AxisRange[], type: string): Sample {
  return {
    title: `slice of [${shape.join(", ")}]: ${JSON.stringify(ranges)}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => slice(x!, ...ranges),
    type,
  };
}

function padded(shape: readonly number[], widths: Widths, type: string, value?: number): Sample {
  return {
    title: `pad of [${shape.join(", ")}]: ${JSON.stringify(widths)} with ${value ?? "zeros"}`,
    inputs: { x: reals(shape) },
    build: ({ x }) => pad(x!, widths, value),
    type,
  };
}

/** Python's range(5)[start:stop:step]. */
function ofFive(range: Omit<AxisRange, "axis">, expected: readonly number[]): KnownValue {
  return {
    title: `slice of 0 to 4: ${JSON.stringify(range)}`,
    build: () => slice(iota(5), { axis: 0, ...range }),
    expected,
  };
}

function rangeRefused(range: Omit<AxisRange, "axis">, got: string): ErrorCase {
  return {
    title: `slice: ${got}`,
    build: () => slice(constant([1, 2, 3]), { axis: 0, ...range }),
    code: "SLICE_RANGE",
    message: `slice(x, ...ranges): start and stop must be whole numbers and step a whole number ≥ 1, got ${got} along axis 0 of x = f32[3].`,
  };
}

function countsRefused(widths: Widths, got: string): ErrorCase {
  return {
    title: `pad: ${got}`,
    build: () => pad(constant([[1, 2]]), widths),
    code: "PAD_RANGE",
    message: `pad(x): before, after and between must hold a whole number ≥ 0 for every axis, got x = f32[1, 2], ${got}.`,
  };
}

const pair = (): Node<"f32"> => constant([1, 2]);

export const slicePadCase: OpCase = {
  ops: [sliceOp, padOp],
  samples: [
    sliced([], [], "f32[]"),
    sliced([5], [{ axis: 0, start: 1, stop: 4 }], "f32[3]"),
    sliced([5], [{ axis: 0, step: 2 }], "f32[3]"),
    sliced([6], [{ axis: 0, start: 1, step: 2 }], "f32[3]"),
    sliced([6], [{ axis: -1, start: -4, stop: -1, step: 2 }], "f32[2]"),
    sliced([5], [{ axis: 0, start: 3, stop: 1 }], "f32[0]"),
    sliced([2, 3], [], "f32[2, 3]"),
    sliced([2, 3], [{ axis: 1, stop: 0 }], "f32[2, 0]"),
    sliced(
      [3, 4],
      [
        { axis: 1, start: 1, step: 2 },
        { axis: 0, start: -2 },
      ],
      "f32[2, 2]",
    ),
    sliced([2, 3, 2], [{ axis: 1, start: 1 }], "f32[2, 2, 2]"),
    sliced(
      [2, 2, 5, 2],
      [
        { axis: 2, step: 3 },
        { axis: 0, start: 1 },
      ],
      "f32[1, 2, 2, 2]",
    ),
    sliced(
      [0, 3],
      [
        { axis: 0, start: 1 },
        { axis: 1, step: 2 },
      ],
      "f32[0, 2]",
    ),
    padded([], [], "f32[]"),
    padded([3], [{ axis: 0, before: 1, after: 2 }], "f32[6]"),
    padded([3], [{ axis: 0, between: 2 }], "f32[7]", -1.5),
    padded([1], [{ axis: -1, before: 1, between: 2 }], "f32[2]"),
    padded(
      [2, 3],
      [
        { axis: 1, before: 2 },
        { axis: 0, after: 1, between: 1 },
      ],
      "f32[4, 5]",
    ),
    padded([2, 3, 2], [{ axis: 1, before: 1, after: 1, between: 1 }], "f32[2, 7, 2]"),
    padded(
      [2, 1, 2, 2],
      [
        { axis: 3, between: 1 },
        { axis: 1, after: 1 },
      ],
      "f32[2, 2, 2, 3]",
    ),
    padded([2], [{ axis: 0, after: 1 }], "f32[3]", -1e3),
    padded([2, 0], [{ axis: 1, before: 1, after: 2, between: 3 }], "f32[2, 3]"),
    padded([0, 2], [{ axis: 1, between: 1 }], "f32[0, 3]"),
    {
      title: "slice of integers",
      inputs: { x: integers([4], -9, 9) },
      build: ({ x }) => slice(x!, { axis: 0, step: 3 }),
      type: "i32[2]",
    },
    {
      title: "slice of truth values",
      inputs: { x: booleans([4]) },
      build: ({ x }) => slice(x!, { axis: 0, start: 1 }),
      type: "bool[3]",
    },
    {
      title: "pad of integers",
      inputs: { x: integers([2], -9, 9) },
      build: ({ x }) => pad(x!, [{ axis: 0, before: 1 }], 7),
      type: "i32[3]",
    },
    {
      title: "pad of truth values",
      inputs: { x: booleans([2]) },
      build: ({ x }) => pad(x!, [{ axis: 0, after: 1 }], 1),
      type: "bool[3]",
    },
  ],
  values: [
    ofFive({}, [0, 1, 2, 3, 4]),
    ofFive({ start: 1, step: 2 }, [1, 3]),
    ofFive({ stop: 4, step: 2 }, [0, 2]),
    ofFive({ step: 5 }, [0]),
    ofFive({ start: -2 }, [3, 4]),
    ofFive({ stop: -2 }, [0, 1, 2]),
    ofFive({ start: -9, stop: 9 }, [0, 1, 2, 3, 4]),
    ofFive({ start: 7 }, []),
    ofFive({ stop: -7 }, []),
    ofFive({ start: 3, stop: 1 }, []),
    {
      title: "pad: around and between",
      build: () => pad(pair(), [{ axis: 0, before: 1, after: 2, between: 1 }], 9),
      expected: [9, 1, 9, 2, 9, 9],
    },
    {
      title: "pad: rows and columns",
      build: () =>
        pad(constant([[1, 2]]), [
          { axis: 0, before: 1 },
          { axis: 1, after: 1 },
        ]),
      expected: [0, 0, 0, 1, 2, 0],
    },
    {
      title: "pad: nothing becomes something",
      build: () => pad(constant([]), [{ axis: 0, before: 1, after: 1, between: 5 }], -0),
      expected: [-0, -0],
    },
    {
      title: "pad: with NaN",
      build: () => pad(pair(), [{ axis: 0, before: 1 }], NaN),
      expected: [NaN, 1, 2],
    },
    {
      title: "slice undoes pad",
      build: () =>
        slice(pad(constant([-0, NaN, 3]), [{ axis: 0, before: 2, after: 1, between: 2 }], 9), {
          axis: 0,
          start: 2,
          stop: -1,
          step: 3,
        }),
      expected: [-0, NaN, 3],
    },
  ],
  errors: [
    rangeRefused({ step: 0 }, "start 0, stop 3, step 0"),
    rangeRefused({ step: -1 }, "start 0, stop 3, step -1"),
    rangeRefused({ step: 1.5 }, "start 0, stop 3, step 1.5"),
    rangeRefused({ step: NaN }, "start 0, stop 3, step NaN"),
    rangeRefused({ start: 0.5 }, "start 0.5, stop 3, step 1"),
    rangeRefused({ stop: 2.5 }, "start 0, stop 2.5, step 1"),
    {
      title: "slice: an axis out of range",
      build: () => slice(pair(), { axis: 1 }),
      code: "AXIS_RANGE",
      message: "slice(x, ...ranges): axis must be a whole number in [-1, 0], got 1.",
    },
    {
      title: "slice: a repeated axis",
      build: () => slice(pair(), { axis: 0, start: 1 }, { axis: -1, stop: 1 }),
      code: "AXIS_REPEATED",
      message: "slice(x, ...ranges): every axis must be named once, got axis 0 twice in [0, -1].",
    },
    countsRefused([{ axis: 1, before: -1 }], "before [0, -1], after [0, 0], between [0, 0]"),
    countsRefused([{ axis: 0, after: -2 }], "before [0, 0], after [-2, 0], between [0, 0]"),
    countsRefused([{ axis: 1, between: 0.5 }], "before [0, 0], after [0, 0], between [0, 0.5]"),
    {
      title: "pad: an axis out of range",
      build: () => pad(pair(), [{ axis: -2, before: 1 }]),
      code: "AXIS_RANGE",
      message: "pad(x, widths): axis must be a whole number in [-1, 0], got -2.",
    },
    {
      title: "pad: a repeated axis",
      build: () =>
        pad(pair(), [
          { axis: 0, before: 1 },
          { axis: 0, after: 1 },
        ]),
      code: "AXIS_REPEATED",
      message: "pad(x, widths): every axis must be named once, got axis 0 twice in [0, 0].",
    },
    {
      title: "pad: a value that no integer can have",
      build: () => pad(constant([1], "i32"), [{ axis: 0, before: 1 }], 0.5),
      code: "VALUE_DTYPE",
      message: "pad(x, widths, value): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 0.5 at position 0.",
    },
    {
      title: "pad: a value that no truth value can have",
      build: () => pad(constant([true], "bool"), [{ axis: 0, before: 1 }], 2),
      code: "VALUE_DTYPE",
      message: "pad(x, widths, value): bool elements must be true or false (1 or 0), got 2 at position 0.",
    },
  ],
};
