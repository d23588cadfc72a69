/** Values replaced where they are multiplied with matrices, and nowhere else. */
import { constant, copyGraph, mul, topologicalOrder, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { stepResults } from "../folded/verify-folded.js";

/**
 * The folded graph with values replaced in matrix products: where they are an operand by themselves, moved to another place
 * or multiplied element by element with something else, as by a gate.
 */
export function replaceInProducts<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  replacements: ReadonlyMap<Node, Node>,
): FoldedGraph<O> {
  const { op: product } = mul(constant(1), constant(1));
  /** What stands for a node in general, and as a factor in a matrix product. */
  const general = new Map<Node, Node>();
  const factors = new Map<Node, Node>(replacements);
  for (const node of topologicalOrder(stepResults(folded))) {
    const { kind, derivative } = node.op;
    const asFactor = copyOf(node, (input) => factors.get(input) ?? general.get(input) ?? input);
    const isContraction = kind === "general" && derivative.kind === "multilinear";
    const plain = isContraction ? asFactor : copyOf(node, (input) => general.get(input) ?? input);
    if (plain !== node) general.set(node, plain);
    const isMoved = kind === "view" || (kind === "general" && derivative.kind === "linear" && node.inputs.length === 1);
    if ((isMoved || node.op === product) && node.inputs.some((input) => factors.has(input)))
      factors.set(node, asFactor);
  }
  return rewriteStep(folded, general);
}

/** The node with other inputs. */
function copyOf(node: Node, instead: (input: Node) => Node): Node {
  return copyGraph([node], new Map(node.inputs.map((input) => [input, instead(input)]))).get(node) ?? node;
}
