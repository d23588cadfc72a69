/** All case files by the name of what they show. */
import type { OpCase } from "@unfold/testkit";
import { convolutionCase } from "./convolution.js";
import { einsumCase } from "./einsum.js";
import { elementwiseCases } from "./elementwise.js";
import { matmulCase } from "./matmul.js";
import { patchesCase } from "./patches.js";
import { poolingCase } from "./pooling.js";
import { structuralCases } from "./structural.js";

export const opCases: Readonly<Record<string, OpCase>> = {
  ...elementwiseCases,
  ...structuralCases,
  convolution: convolutionCase,
  einsum: einsumCase,
  matmul: matmulCase,
  patches: patchesCase,
  pooling: poolingCase,
};
