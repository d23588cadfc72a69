/** What all steps need of inputs that are given once, such as an encoder's states: computed once, and kept. */
import {
  broadcastTo,
  cast,
  constant,
  dependentsOf,
  evaluate,
  leavesOf,
  state,
  substitute,
  topologicalOrder,
  type Node,
  type NodeRecord,
  type Update,
} from "@unfold/core";

/** What a step yields and writes. */
interface StepResults<O extends NodeRecord> {
  readonly outputs: O;
  readonly updates: readonly Update[];
}

/** A step that reads from states what it had of given inputs. */
interface KeptStep<O extends NodeRecord> extends StepResults<O> {
  /** Writes the states. */
  readonly restart: readonly Update[];
}

/**
 * The step with states in place of all that depends on inputs, but on none of those that are fed and on no state.
 *
 * @param fed - the inputs of every step
 * @param path - first part of the paths of the states
 */
export function keepGiven<O extends NodeRecord>(
  { outputs, updates }: StepResults<O>,
  fed: readonly Node[],
  path: string,
): KeptStep<O> {
  const results = [...Object.values(outputs), ...updates.map(([, value]) => value)];
  const order = topologicalOrder(results);
  const varying = dependentsOf(order, [...fed, ...leavesOf(results, "state")]);
  const given = dependentsOf(
    order,
    leavesOf(results, "input").filter((node) => !varying.has(node)),
  );
  const isKept = (node: Node): boolean => given.has(node) && !varying.has(node);
  const wanted = new Set([...order.filter((node) => !isKept(node)).flatMap(({ inputs }) => inputs), ...results]);
  const restart = order
    .filter((node) => wanted.has(node) && isKept(node))
    .map((node, i): Update => [state(`${path}/given/${i}`, zeros(node), node.dtype), node]);
  const replaced = substitute(results, new Map(restart.map(([leaf, node]) => [node, leaf])));
  const names = Object.keys(outputs);
  return {
    outputs: Object.fromEntries(names.map((name, i) => [name, replaced[i]!])) as O,
    updates: updates.map(([leaf], i): Update => [leaf, replaced[names.length + i]!]),
    restart,
  };
}

function zeros({ dtype, shape }: Node): ReturnType<typeof evaluate> {
  return evaluate(broadcastTo(cast(constant(0), dtype), shape));
}
