/** Where the nodes are that a pass joins: in a program that runs once, or in a step that is repeated. */
import type { Node } from "../graph/node.js";
import type { ScanStep } from "../graph/scan-body.js";

/** What is known of the place of a product. */
export interface Surroundings {
  /** Whether nothing computes the node there. */
  readonly isStored: (node: Node) => boolean;
  /** How often a product is computed for one join of stored nodes. */
  readonly repeats: number;
}

/** A program, which stores parameters and constants. */
export const wholeProgram: Surroundings = {
  isStored: ({ op }) => op.kind === "leaf" && (op.role === "param" || op.role === "constant"),
  repeats: 1,
};

/** The step of a scan. What is the same at every step is joined once, if joins are hoisted from the scan. */
export function insideOf({ steps, invariants }: ScanStep, exact: boolean): Surroundings {
  return {
    isStored: (node) => invariants.includes(node) || wholeProgram.isStored(node),
    repeats: exact ? 1 : steps,
  };
}
