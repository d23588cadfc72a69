import { constant, minimum } from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, unarySample, type OpCase } from "@unfold/testkit";
import { minimumOp } from "../../../src/ops/minimum.js";
import { derivativesAt } from "../derivative-at.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

export const minimumCase: OpCase = {
  ops: [minimumOp],
  samples: [
    // b within 0.02 of 0 and a at least 0.05 away: either one wins, and no tie is near.
    ...binarySamples("minimum", minimum, { avoid: [0] }, { min: -0.02, max: 0.02 }),
    unarySample("minimum with a number", (x) => minimum(0.5, x), { avoid: [0.5] }),
    integerBinarySample("minimum", minimum),
  ],
  values: [
    {
      title: "special values: NaN wins, -0 is below 0",
      build: () => minimum(constant([NaN, 1, 0, -0, 0, Infinity, -Infinity]), constant([1, NaN, -0, 0, 0, -1, NaN])),
      expected: [NaN, NaN, -0, -0, 0, -1, NaN],
    },
    {
      title: "integers",
      build: () => minimum(constant([-(2 ** 31), 3], "i32"), constant([2 ** 31 - 1, 3], "i32")),
      expected: [-(2 ** 31), 3],
    },
    {
      title: "derivatives: all to the smaller, half each at ties",
      build: () => derivativesAt(minimum, [1, -1e4, 2, 0, Infinity], [0, 1e4, 2, -0, Infinity]),
      expected: [0, 1, 0.5, 0.5, 0.5, 1, 0, 0.5, 0.5, 0.5],
    },
  ],
  errors: [
    ...binaryErrors("minimum", minimum),
    mixedRefused("minimum", minimum),
    booleanPairRefused("minimum", minimum),
  ],
};
