/** All case files by the name of what they show. */
import type { OpCase } from "@unfold/testkit";
import { elementwiseCases } from "./elementwise.js";
import { matmulCase } from "./matmul.js";
import { structuralCases } from "./structural.js";

export const opCases: Readonly<Record<string, OpCase>> = {
  ...elementwiseCases,
  ...structuralCases,
  matmul: matmulCase,
};
