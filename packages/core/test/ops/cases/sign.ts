import { constant, sign } from "@unfold/core";
import { booleansRefused, unarySample, type OpCase } from "@unfold/testkit";
import { signOp } from "../../../src/ops/sign.js";
import { integerSample } from "../integer-samples.js";

export const signCase: OpCase = {
  ops: [signOp],
  samples: [{ ...unarySample("sign", sign), gradient: "none" }, integerSample("sign", sign)],
  values: [
    {
      title: "special values",
      build: () => sign(constant([0, -0, Infinity, -Infinity, NaN, 5e-324, -0.5])),
      expected: [0, -0, 1, -1, NaN, 1, -1],
    },
    {
      title: "integers",
      build: () => sign(constant([-(2 ** 31), 0, 2 ** 31 - 1], "i32")),
      expected: [-1, 0, 1],
    },
  ],
  errors: [booleansRefused("sign", sign)],
};
