/** The recurrent Jacobian: how each element of the carried state depends on each element of the state one step before. */
import {
  broadcastTo,
  concat,
  constant,
  GraphError,
  jacobian,
  ndArray,
  reshape,
  sizeOf,
  type FloatNode,
} from "@unfold/core";
import type { Delay, FoldedGraph } from "../folded/recurrence.js";
import { scan } from "../unfold/scan.js";
import type { RunOptions } from "./run-options.js";

const OUTPUT = "recurrent Jacobian";

/**
 * The Jacobian of the carried state by the state of one step before, at every step.
 *
 * J_t[i, j] = ∂s_t[i] / ∂s_{t-1}[j]
 *
 * The state s_t holds all elements of all delays, in the order in which they were declared; a delay of k steps holds its
 * last k values, the newest first. A sequence in a batch depends on its own state only: fold for a batch of 1. The step
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
  const { sequences = {}, run = scan } = options;
  const outputs = { ...folded.outputs, [OUTPUT]: stepJacobian(folded) };
  return run({ ...folded, outputs }, steps, sequences).outputs[OUTPUT];
}

/** One value that is carried: the placeholder of a delay, or a value on the way to it. */
interface Slot {
  readonly delay: Delay;
  /** How many steps ago it was new, 1 … k; the placeholder is that of k. */
  readonly age: number;
  readonly size: number;
}

function stepJacobian(folded: FoldedGraph): FloatNode {
  const slots = Object.values(folded.delays).flatMap((delay) =>
    Array.from({ length: delay.steps }, (_, i): Slot => ({ delay, age: i + 1, size: sizeOf(delay.placeholder.shape) })),
  );
  if (slots.length === 0) {
    throw new GraphError({
      code: "NO_DELAYS",
      where: `recurrentJacobian("${folded.name}", T)`,
      rule: "the step must have a delay",
      got: "none",
    });
  }
  return concat(
    slots.map((row) =>
      concat(
        slots.map((column) => block(row, column)),
        1,
      ),
    ),
    0,
  );
}

/** How one carried value depends on another one of a step before. */
function block(row: Slot, column: Slot): FloatNode {
  const shape = [row.size, column.size];
  if (row.age === 1 && column.age === column.delay.steps) {
    const { next } = row.delay;
    const { placeholder } = column.delay;
    return reshape(jacobian(next as FloatNode, placeholder as FloatNode, { missing: "zero" }), shape);
  }
  const isHandedOn = row.delay === column.delay && row.age === column.age + 1;
  return isHandedOn ? identity(row.size) : broadcastTo(constant(0), shape);
}

function identity(size: number): FloatNode {
  const elements = Float64Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
  return constant(ndArray(elements, { shape: [size, size] }));
}
