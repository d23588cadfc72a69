import { constant, cumulativeSum } from "@unfold/core";
import { booleansRefused, integers, type OpCase } from "@unfold/testkit";
import { cumulativeSumOp } from "../../../src/ops/cumulative-sum.js";
import { axisSamples } from "../axis-samples.js";

export const cumulativeSumCase: OpCase = {
  ops: [cumulativeSumOp],
  samples: [
    ...axisSamples("from the start", (x, axis) => cumulativeSum(x, axis)),
    ...axisSamples("from the end, exclusive", (x, axis) => cumulativeSum(x, axis, { reverse: true, exclusive: true })),
    {
      title: "integers",
      inputs: { x: integers([2, 3], -9, 9) },
      build: ({ x }) => cumulativeSum(x!, 1),
      type: "i32[2, 3]",
    },
  ],
  values: [
    { title: "inclusive", build: () => cumulativeSum(constant([1, 2, 4]), 0), expected: [1, 3, 7] },
    {
      title: "exclusive",
      build: () => cumulativeSum(constant([1, 2, 4]), 0, { exclusive: true }),
      expected: [0, 1, 3],
    },
    {
      title: "from the end",
      build: () => cumulativeSum(constant([1, 2, 4]), 0, { reverse: true }),
      expected: [7, 6, 4],
    },
    {
      title: "from the end, exclusive",
      build: () => cumulativeSum(constant([1, 2, 4]), 0, { reverse: true, exclusive: true }),
      expected: [6, 4, 0],
    },
    {
      title: "columns",
      build: () =>
        cumulativeSum(
          constant([
            [1, 2],
            [3, 4],
          ]),
          0,
        ),
      expected: [1, 2, 4, 6],
    },
    {
      title: "∞ and NaN reach everything after them",
      build: () => cumulativeSum(constant([1, Infinity, 1, -Infinity, 1]), 0),
      expected: [1, Infinity, Infinity, NaN, NaN],
    },
    {
      title: "NaN in one line leaves the other alone",
      build: () =>
        cumulativeSum(
          constant([
            [NaN, 1],
            [2, 3],
          ]),
          1,
        ),
      expected: [NaN, NaN, 2, 5],
    },
    {
      title: "integers wrap",
      build: () => cumulativeSum(constant([2 ** 31 - 1, 1, -1], "i32"), 0),
      expected: [2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1],
    },
    { title: "nothing", build: () => cumulativeSum(constant([]), 0), expected: [] },
  ],
  errors: [
    {
      title: "an axis out of range",
      build: () => cumulativeSum(constant([[1]]), 2),
      code: "AXIS_RANGE",
      message: "cumulativeSum(x, axis): axis must be a whole number in [-2, 1], got 2.",
    },
    {
      title: "a scalar",
      build: () => cumulativeSum(constant(1), 0),
      code: "AXIS_RANGE",
      message: "cumulativeSum(x, axis): axis must name an axis, and a scalar has none, got 0.",
    },
    booleansRefused("cumulativeSum", (x) => cumulativeSum(x, 0)),
  ],
};
