import { constant, maximum } from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, unarySample, type OpCase } from "@unfold/testkit";
import { maximumOp } from "../../../src/ops/maximum.js";
import { derivativesAt } from "../derivative-at.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

export const maximumCase: OpCase = {
  ops: [maximumOp],
  samples: [
    // b within 0.02 of 0 and a at least 0.05 away: either one wins, and no tie is near.
    ...binarySamples("maximum", maximum, { avoid: [0] }, { min: -0.02, max: 0.02 }),
    unarySample("maximum with a number", (x) => maximum(0.5, x), { avoid: [0.5] }),
    integerBinarySample("maximum", maximum),
  ],
  values: [
    {
      title: "special values: NaN wins, 0 is above -0",
      build: () => maximum(constant([NaN, 1, 0, -0, -0, -Infinity, Infinity]), constant([1, NaN, -0, 0, -0, -1, NaN])),
      expected: [NaN, NaN, 0, 0, -0, -1, NaN],
    },
    {
      title: "integers",
      build: () => maximum(constant([-(2 ** 31), 3], "i32"), constant([2 ** 31 - 1, 3], "i32")),
      expected: [2 ** 31 - 1, 3],
    },
    {
      title: "derivatives: all to the larger, half each at ties",
      build: () => derivativesAt(maximum, [1, -1e4, 2, 0, Infinity], [0, 1e4, 2, -0, Infinity]),
      expected: [1, 0, 0.5, 0.5, 0.5, 0, 1, 0.5, 0.5, 0.5],
    },
  ],
  errors: [
    ...binaryErrors("maximum", maximum),
    mixedRefused("maximum", maximum),
    booleanPairRefused("maximum", maximum),
  ],
};
