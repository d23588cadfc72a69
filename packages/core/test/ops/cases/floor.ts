import { constant, floor } from "@unfold/core";
import { integersRefused, unarySample, type OpCase } from "@unfold/testkit";
import { floorOp } from "../../../src/ops/floor.js";

export const floorCase: OpCase = {
  ops: [floorOp],
  samples: [{ ...unarySample("floor", floor), gradient: "none" }],
  values: [
    {
      title: "special values",
      build: () => floor(constant([0, -0, Infinity, -Infinity, NaN])),
      expected: [0, -0, Infinity, -Infinity, NaN],
    },
    {
      title: "both sides of whole numbers",
      build: () => floor(constant([0.5, -0.5, 2, -2, 1.9999999, -1e-300, 1e300])),
      expected: [0, -1, 2, -2, 1, -1, 1e300],
    },
  ],
  errors: [integersRefused("floor", floor)],
};
