/** Gradient flow along the edges of a graph: which way the gradient of a node came. */
import {
  add,
  broadcastTo,
  constant,
  copyGraph,
  gradient,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { euclideanNorm } from "./euclidean-norm.js";

/** An edge of a graph, and what flows back along it. */
export interface EdgeFlow {
  readonly from: Node;
  /** The node that reads `from`. */
  readonly to: Node;
  /** The Euclidean norm of the part of ∂loss/∂from that comes through `to`. */
  readonly norm: FloatNode;
}

/**
 * What a loss sends back along each edge of its graph. The gradient of a node is the sum of what comes along all edges that
 * leave it; of a node that is read twice by one other, both count as one edge.
 *
 * The graph is written out once more with a zero added on every edge: for small graphs to be looked at, such as a few steps
 * unfolded for `unfoldedPicture`.
 *
 * @param loss - a scalar
 * @throws GradientError LOSS_NOT_SCALAR if the loss has axes.
 * @example
 * const x = input("x", []);
 * const [y, z] = [mul(x, 3), mul(x, 4)];
 * const flows = edgeFlow(add(y, z)).filter(({ from }) => from === x);
 * flows.map(({ to, norm }) => [to === y, evaluate(norm, { x: 1 }).item()]); // → [[true, 3], [false, 4]]
 * @source Werbos 1990, "Backpropagation through time: what it does and how to do it": the chain rule for ordered derivatives, whose terms these are
 */
export function edgeFlow(loss: FloatNode): EdgeFlow[] {
  const copies = new Map<Node, Node>();
  const edges: { readonly from: Node; readonly to: Node; readonly probe: FloatNode }[] = [];
  for (const node of topologicalOrder([loss])) {
    // A result belongs to its scan and reads it whole.
    const read = node.op.kind === "result" ? [] : [...new Set(node.inputs)];
    const replacements = new Map<Node, Node>(node.inputs.map((input) => [input, copies.get(input) ?? input]));
    for (const from of read.filter((input): input is FloatNode => input.dtype === "f32")) {
      const probe = broadcastTo(constant(0), from.shape);
      replacements.set(from, add(replacements.get(from) as FloatNode, probe));
      edges.push({ from, to: node, probe });
    }
    copies.set(node, copyGraph([node], replacements).get(node) ?? node);
  }
  const slopes = gradient(
    copies.get(loss) as FloatNode,
    edges.map(({ probe }) => probe),
    { missing: "zero" },
  );
  return edges.map(({ from, to }, i) => ({ from, to, norm: euclideanNorm(slopes[i]!) }));
}
