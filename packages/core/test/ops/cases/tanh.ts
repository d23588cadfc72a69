import { constant, tanh } from "@unfold/core";
import { reals, type OpCase } from "@unfold/testkit";
import { tanhOp } from "../../../src/ops/tanh.js";

export const tanhCase: OpCase = {
  ops: [tanhOp],
  samples: [{ title: "tanh of a matrix", inputs: { x: reals([2, 3]) }, build: ({ x }) => tanh(x!), type: "f32[2, 3]" }],
  values: [
    {
      title: "special values",
      build: () => tanh(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, 1, -1, NaN],
    },
    {
      title: "tanh(1)",
      build: () => tanh(constant(1)),
      expected: [0.7615941559557649],
      rtol: 1e-15,
      source: "Abramowitz & Stegun 1964, table 4.15",
    },
  ],
  errors: [
    {
      title: "integers",
      build: () => tanh(constant([1], "i32") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'tanh(x): the dtype must be f32, got x = i32[1]. Convert it: cast(node, "f32").',
    },
  ],
};
