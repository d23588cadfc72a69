/** Check mode: what comes from outside must be finite before anything is computed from it. */
import type { Node } from "../graph/node.js";
import { topologicalOrder } from "../graph/walk.js";
import { stridesOf } from "../tensor/shape.js";
import type { PreparedProgram, Program, Slot } from "./backend.js";
import { checkFinite } from "./check-finite.js";

/**
 * The prepared program, which looks at its inputs, parameters and states first. A state may be infinite, as that of a
 * running maximum is at the start.
 *
 * @throws RuntimeError NOT_FINITE when it runs
 */
export function checkingLeaves(
  program: Program,
  prepared: PreparedProgram,
  stored: ReadonlyMap<Node, Slot>,
): PreparedProgram {
  const fed = new Map(program.inputs.map((leaf, i) => [leaf, prepared.inputs[i]!]));
  const read = topologicalOrder([...program.outputs, ...program.updates.map(([, value]) => value)]);
  const looked = read.flatMap((leaf) => {
    const slot = leaf.op.kind === "leaf" && leaf.dtype === "f32" ? (fed.get(leaf) ?? stored.get(leaf)) : undefined;
    const isState = leaf.op.kind === "leaf" && leaf.op.role === "state";
    return slot === undefined ? [] : [{ leaf, slot, strides: stridesOf(leaf.shape), isState }];
  });
  return {
    ...prepared,
    run: () => {
      for (const { leaf, slot, strides, isState } of looked)
        checkFinite(leaf, { data: slot.data, offset: 0, strides }, [], [], isState);
      prepared.run();
    },
  };
}
