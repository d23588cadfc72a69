/** The values of a delay before step 0, in the one form everything else relies on: `[k, …S]`, oldest first. */
import { broadcastTo, constant, describe, GraphError, requireNode, type Node, type Shape } from "@unfold/core";

/** `[k, …S]` from a number, from `[…S]` (the same for all k steps), or as it is. */
export function initialSteps(where: string, initial: Node | number | undefined, steps: number, shape: Shape): Node {
  const target = [steps, ...shape];
  if (typeof initial === "number") return broadcastTo(constant(initial), target);
  if (initial !== undefined) requireNode(where, "the initial value", initial);
  const given = initial?.shape.join();
  if (initial !== undefined && given === target.join()) return initial;
  if (initial !== undefined && given === shape.join()) return broadcastTo(initial, target);
  throw new GraphError({
    code: "INITIAL_SHAPE",
    where,
    rule: `the initial value must be a number, [${shape.join(", ")}], or [${target.join(", ")}] with the oldest step first`,
    got: initial === undefined ? "none" : describe(initial),
    fix: "delay(name, shape, { initial: 0 }) starts from zeros",
    details: { steps, shape },
  });
}
