/** The recurrent Jacobian: how each element of the carried state depends on each element of the state one step before. */
import { checkKeys, concat, GraphError, jacobian, reshape, sizeOf, type FloatNode } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { unitDelays } from "../folded/unit-delays.js";
import { scan } from "../unfold/scan.js";
import type { RunOptions } from "./run-options.js";

const OUTPUT = "recurrent Jacobian";

/**
 * The Jacobian of the carried state by the state of one step before, at every step.
 *
 * J_t[i, j] = ∂s_t[i] / ∂s_{t-1}[j]
 *
 * The state s_t holds all elements of all delays that are memories, in the order in which they were declared; a delay of k steps holds its
 * last k values, the oldest first. A sequence in a batch depends on its own state only: fold for a batch of 1. The step
 * grows with the number of elements, one vector–Jacobian product for each.
 *
 * @shapes -> f32[T, N, N], N being the elements of the state
 * @param steps - T
 * @throws GraphError NO_DELAYS if nothing is carried; what the run throws.
 * @example
 * const cell = elman({ inputs: 1, units: 2, seed: 1 });
 * const jacobians = recurrentJacobian(cell.fold(1), 3);
 * const values = evaluate(jacobians, { x: [[[0]], [[0]], [[0]]] });
 * values.shape; // → [3, 2, 2]
 * Math.abs(spectralRadius(values).data[0] - 1) < 1e-12; // → true
 * @source Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", equation 5
 */
export function recurrentJacobian(folded: FoldedGraph, steps: number, options: RunOptions = {}): FloatNode {
  checkFolded("recurrentJacobian(folded, steps, options)", folded);
  checkKeys("recurrentJacobian(folded, steps, options)", "options", options, { sequences: true, run: true });
  const { sequences = {}, run = scan } = options;
  const outputs = { ...folded.outputs, [OUTPUT]: stepJacobian(folded) };
  return run({ ...folded, outputs }, steps, sequences).outputs[OUTPUT];
}

/** A row of blocks for each carried value, a block for each value carried before. */
function stepJacobian(folded: FoldedGraph): FloatNode {
  const delays = memoriesOf(unitDelays(folded));
  if (delays.length === 0) {
    throw new GraphError({
      code: "NO_DELAYS",
      where: `recurrentJacobian("${folded.name}", T)`,
      rule: "the step must have a delay that is a memory",
      got: "none",
    });
  }
  const rows = delays.map(({ next }) => {
    const blocks = delays.map(({ placeholder }) => {
      const block = jacobian(next as FloatNode, placeholder as FloatNode, { missing: "zero" });
      return reshape(block, [sizeOf(next.shape), sizeOf(placeholder.shape)]);
    });
    return concat(blocks, 1);
  });
  return concat(rows, 0);
}
