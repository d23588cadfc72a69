/** Where the nodes are that a pass joins: in a program that runs once, or in a step that is repeated. */
import type { Node } from "../graph/node.js";
import type { ScanStep } from "../graph/scan-body.js";
import { dependentsOf, topologicalOrder } from "../graph/walk.js";
import { addOp } from "../ops/add.js";

/** What is known of the place of a product. */
export interface Surroundings {
  /** Whether nothing computes the node there. */
  readonly isStored: (node: Node) => boolean;
  /** How often a product is computed for one join of stored nodes. */
  readonly repeats: number;
  /** When a node of a graph given by its results is computed; what is computed at different times stays apart. */
  readonly timesOf: (results: readonly Node[]) => (node: Node) => "before" | "while" | "after";
}

/** A program, which stores parameters and constants. */
export const wholeProgram: Surroundings = {
  isStored: ({ op }) => op.kind === "leaf" && (op.role === "param" || op.role === "constant"),
  repeats: 1,
  timesOf: () => () => "while",
};

/** The step of a scan. What is the same at every step is joined once, if joins are hoisted from the scan. */
export function insideOf(step: ScanStep, exact: boolean): Surroundings {
  return {
    isStored: (node) => step.invariants.includes(node) || wholeProgram.isStored(node),
    repeats: exact ? 1 : step.steps,
    timesOf: (results) => timesInStep(step, results),
  };
}

/**
 * Nodes that depend on no earlier step may leave the scan for the time before it; those that no later step needs, but to
 * add them up, for the time after it. The next values of the delays are the last of the results.
 */
function timesInStep({ delays }: ScanStep, results: readonly Node[]): ReturnType<Surroundings["timesOf"]> {
  const read = delays.map(({ placeholder }) => placeholder);
  const delayed = dependentsOf(topologicalOrder(results), read);
  const next = results
    .slice(results.length - delays.length)
    .filter(({ op, inputs }, i) => op !== addOp || !inputs.includes(read[i]!));
  const needed = new Set(topologicalOrder(next));
  return (node) => (!delayed.has(node) ? "before" : needed.has(node) ? "while" : "after");
}
