/** Delays that only add up what every step contributes: cotangents of weights, losses. */
import type { Node } from "../../graph/node.js";
import { addOp } from "../../ops/add.js";
import type { StepParts } from "./step-parts.js";

/** A delay whose last value is its initial value plus a sum over all steps. */
export interface Accumulator {
  /** Which delay of the step. */
  readonly delay: number;
  /** What every step adds. */
  readonly addend: Node;
}

/** The delays of one step with next = placeholder + u, of which nothing is read but the last value. */
export function accumulatorsOf(parts: StepParts): Accumulator[] {
  const { step, results } = parts.body;
  return step.delays.flatMap(({ placeholder, steps, next }, delay) => {
    const [reader, ...others] = parts.readersOf(placeholder);
    const isStacked = results.some(
      (result) => result.kind === "stack" && (result.node === placeholder || result.node === next),
    );
    const isReadOnce = reader === next && others.length === 0 && parts.readersOf(next).length === 0;
    const isNextOnce = step.delays.every(
      (other, i) => i === delay || (other.next !== next && other.next !== placeholder),
    );
    if (steps !== 1 || next.op !== addOp || isStacked || !isReadOnce || !isNextOnce) return [];
    const [a, b] = next.inputs as [Node, Node];
    return a === b ? [] : [{ delay, addend: a === placeholder ? b : a }];
  });
}
