/** All case files by the name of what they show. */
import type { OpCase } from "@unfold/testkit";
import { einsumCase } from "./einsum.js";
import { matmulCase } from "./matmul.js";
import { tanhCase } from "./tanh.js";

export const opCases: Readonly<Record<string, OpCase>> = {
  einsum: einsumCase,
  matmul: matmulCase,
  tanh: tanhCase,
};
