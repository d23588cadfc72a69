import { iota } from "@unfold/core";
import type { ErrorCase, OpCase } from "@unfold/testkit";
import { iotaOp } from "../../../src/ops/iota.js";

function refused(count: number): ErrorCase {
  return {
    title: `count ${count}`,
    build: () => iota(count),
    code: "SHAPE_EXTENT",
    message: `iota(count): every size of a shape must be a whole number ≥ 0, got [${count}]: axis 0 is ${count}.`,
  };
}

export const iotaCase: OpCase = {
  ops: [iotaOp],
  samples: [
    { title: "integers unless given", inputs: {}, build: () => iota(4), type: "i32[4]" },
    { title: "f32", inputs: {}, build: () => iota(4, "f32"), type: "f32[4]", gradient: "none" },
    { title: "nothing", inputs: {}, build: () => iota(0), type: "i32[0]" },
  ],
  values: [
    { title: "from 0", build: () => iota(3), expected: [0, 1, 2] },
    { title: "one", build: () => iota(1), expected: [0] },
    { title: "f32", build: () => iota(3, "f32"), expected: [0, 1, 2] },
    { title: "nothing", build: () => iota(0), expected: [] },
  ],
  errors: [
    refused(-1),
    refused(1.5),
    refused(NaN),
    {
      title: "more than can be indexed",
      build: () => iota(2 ** 31),
      code: "SHAPE_TOO_LARGE",
      message: "iota(count): a tensor must have at most 2147483647 elements, got [2147483648] with 2147483648.",
    },
  ],
};
