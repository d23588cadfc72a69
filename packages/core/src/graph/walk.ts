/** Walks over graphs. Iterative only: an unfolded network is a chain of any length. */
import type { Node } from "./node.js";
import { computedBy, placeholdersOf, type ScanBody } from "./scan-body.js";

/**
 * Every node the outputs depend on, inputs before users, in an order fixed by the graph alone.
 *
 * @example
 * const x = input("x", []);
 * topologicalOrder([mul(exp(x), x)]).map(({ op }) => op.name); // → ["input", "exp", "mul"]
 */
export function topologicalOrder(outputs: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  for (const output of outputs) {
    enter(output);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const input = frame.node.inputs[frame.next++];
      if (input !== undefined) enter(input);
      else order.push(stack.pop()!.node);
    }
  }
  return order;

  function enter(node: Node): void {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  }
}

/**
 * The leaves the outputs depend on that have this role, in topological order.
 *
 * @example
 * const [x, w] = [input("x", []), param("w", 2)];
 * leavesOf([mul(w, x)], "param").map((leaf) => leaf.label); // → ["w"]
 */
export function leavesOf(
  outputs: readonly Node[],
  role: "input" | "param" | "state" | "constant" | "placeholder",
): Node[] {
  return topologicalOrder(outputs).filter(({ op }) => op.kind === "leaf" && op.role === role);
}

/**
 * The nodes of a topological order that depend on some of the sources, the sources included.
 *
 * @example
 * const [x, y] = [input("x", []), input("y", [])];
 * const [a, b] = [neg(x), add(x, y)];
 * const dependents = dependentsOf(topologicalOrder([a, b]), [y]);
 * [dependents.has(a), dependents.has(b)]; // → [false, true]
 */
export function dependentsOf(order: readonly Node[], sources: Iterable<Node>): ReadonlySet<Node> {
  const dependents = new Set<Node>(sources);
  for (const node of order) {
    if (node.inputs.some((input) => dependents.has(input))) dependents.add(node);
  }
  return dependents;
}

/** Every node of a scan's body in topological order, all its placeholders first. */
export function bodyOrder(body: ScanBody): Node[] {
  return topologicalOrder([...placeholdersOf(body.step), ...computedBy(body)]);
}
