/** The values of a delay before step 0, in the one form everything else relies on: `[k, …S]`, oldest first. */
import { broadcastTo, constant, describe, GraphError, requireNode, type Node, type Shape } from "@unfold/core";

/** `[k, …S]` from a number, from `[…S]` (the same for all k steps), or as it is. */
export function initialSteps(where: string, initial: Node | number | undefined, steps: number, shape: Shape): Node {
  const target = [steps, ...shape];
  const misfit = (got: string): GraphError =>
    new GraphError({
      code: "INITIAL_SHAPE",
      where,
      rule: `the initial value must be a number, [${shape.join(", ")}], or [${target.join(", ")}] with the oldest step first`,
      got,
      fix: "delay(name, shape, { initial: 0 }) starts from zeros",
      details: { steps, shape },
    });
  if (initial === undefined) throw misfit("none");
  if (typeof initial === "number") {
    if (Number.isNaN(initial)) throw misfit("NaN");
    return broadcastTo(constant(initial), target);
  }
  requireNode(where, "the initial value", initial);
  const given = initial.shape.join();
  if (given === target.join()) return initial;
  if (given === shape.join()) return broadcastTo(initial, target);
  throw misfit(describe(initial));
}
