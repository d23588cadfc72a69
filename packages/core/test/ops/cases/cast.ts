import { cast, constant } from "@unfold/core";
import { booleans, integers, unarySample, type OpCase } from "@unfold/testkit";
import { castOp } from "../../../src/ops/cast.js";

export const castCase: OpCase = {
  ops: [castOp],
  samples: [
    { ...unarySample("cast to i32", (x) => cast(x, "i32")), type: "i32[2, 3]" },
    { ...unarySample("cast to bool", (x) => cast(x, "bool")), type: "bool[2, 3]" },
    unarySample("cast to its own dtype, with a derivative,", (x) => cast(x, "f32")),
    { ...unarySample("cast to i32 and back", (x) => cast(cast(x, "i32"), "f32")), gradient: "none" },
    { ...unarySample("cast to bool and back", (x) => cast(cast(x, "bool"), "f32")), gradient: "none" },
    { title: "i32 to f32", inputs: { x: integers([3], -9, 9) }, build: ({ x }) => cast(x!, "f32"), type: "f32[3]" },
    { title: "i32 to bool", inputs: { x: integers([9], -1, 1) }, build: ({ x }) => cast(x!, "bool"), type: "bool[9]" },
    { title: "bool to f32", inputs: { x: booleans([9]) }, build: ({ x }) => cast(x!, "f32"), type: "f32[9]" },
    { title: "bool to i32", inputs: { x: booleans([9]) }, build: ({ x }) => cast(x!, "i32"), type: "i32[9]" },
  ],
  values: [
    {
      title: "f32 to i32 truncates",
      build: () => cast(constant([1.7, -1.7, 0.999, -0.999, -0, 2.5]), "i32"),
      expected: [1, -1, 0, 0, 0, 2],
    },
    {
      title: "f32 to i32 saturates, NaN becomes 0",
      build: () => cast(constant([1e10, -1e10, 2 ** 31, -(2 ** 31), Infinity, -Infinity, NaN]), "i32"),
      expected: [2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 0],
      source: "WebAssembly 2.0, trunc_sat_s",
    },
    {
      title: "f32 to bool: every number but 0 is true",
      build: () => cast(constant([0, -0, 5e-324, -1, Infinity, NaN]), "bool"),
      expected: [0, 0, 1, 1, 1, 1],
    },
    {
      title: "i32 to f32",
      build: () => cast(constant([-(2 ** 31), 0, 2 ** 24], "i32"), "f32"),
      expected: [-(2 ** 31), 0, 2 ** 24],
    },
    { title: "i32 to bool", build: () => cast(constant([-(2 ** 31), 0, 256], "i32"), "bool"), expected: [1, 0, 1] },
    { title: "bool to f32", build: () => cast(constant([true, false], "bool"), "f32"), expected: [1, 0] },
  ],
  errors: [],
};
