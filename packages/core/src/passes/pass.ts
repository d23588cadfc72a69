/** What a pass is, and the one walk that applies local rules. Iterative only: an unfolded network is a chain of any length. */
import { InternalError } from "../errors.js";
import { apply, label } from "../graph/apply.js";
import { withSite } from "../graph/build-site.js";
import { describe, type Node } from "../graph/node.js";
import type { AnyOp, Attrs } from "../graph/op.js";
import { topologicalOrder } from "../graph/walk.js";
import { formatType, sameType } from "../tensor/tensor-type.js";

/** A rewriting of graphs that keeps every value: to the last bit, on the interpreter at either precision, unless it says otherwise. */
export interface Pass {
  readonly name: string;
  /** Results differ in their last digits, or where they are next to 0: not for programs that must keep every bit. */
  readonly inexact?: true;
  /** One node per result, of the same type; the very same node where nothing changed. Inputs, params and states stay. */
  readonly run: (results: readonly Node[]) => readonly Node[];
}

/** A node of the same value and type, built from what the node depends on; undefined to leave it. */
export type LocalRule = (node: Node, original: Node) => Node | undefined;

/** More replacements of one node than any set of rules that ends can make. */
const MOST_REPLACEMENTS = 1000;

/** The pass that applies one local rule everywhere, inputs before users. */
export function rewriting(name: string, rule: LocalRule): Pass {
  return { name, run: (results) => results.map(rewrite(topologicalOrder(results), rule)) };
}

/**
 * What each node of the order becomes when the rule is applied bottom-up: a rule sees inputs that are rewritten already,
 * and is asked again about what it returned. New nodes take the build site of the node they stand for, and its label
 * unless they are older than it.
 */
export function rewrite(order: readonly Node[], rule: LocalRule): (node: Node) => Node {
  const replaced = new Map<Node, Node>();
  const known = new Set<Node>(order);
  const lookUp = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of order) {
    if (isBoundLeaf(node)) continue;
    const result = withSite(node.site, () => settle(rebuild(node, lookUp), node, rule, known));
    if (result === node) continue;
    known.add(result);
    replaced.set(node, result);
  }
  return lookUp;
}

/** The node over the inputs that `lookUp` gives; itself if they are the ones it has. */
export function rebuild(node: Node, lookUp: (input: Node) => Node): Node {
  const inputs = node.inputs.map(lookUp);
  if (inputs.every((input, i) => input === node.inputs[i])) return node;
  return withSite(node.site, () => apply(node.op, inputs, node.attrs, node.label));
}

/** A node without a name; the op's type rule checks it. */
export function make(op: AnyOp, inputs: readonly Node[], attrs: Attrs = {}): Node {
  return apply(op, inputs, attrs);
}

function settle(start: Node, original: Node, rule: LocalRule, known: ReadonlySet<Node>): Node {
  let current = start;
  for (let count = 0; count < MOST_REPLACEMENTS; count++) {
    const next = rule(current, original);
    if (next === undefined || next === current) return current;
    if (!sameType(next.type, original.type))
      throw new InternalError(
        `a pass at ${describe(original)}`,
        `a replacement of type ${formatType(next.type)} for ${original.op.name}`,
      );
    current = keepLabel(next, original, known);
  }
  throw new InternalError(`a pass at ${describe(original)}`, `rules that never end, now at ${current.op.name}`);
}

/** A node that was there before keeps its own name: it means something to others. */
function keepLabel(next: Node, original: Node, known: ReadonlySet<Node>): Node {
  return original.label === undefined || next.label !== undefined || known.has(next)
    ? next
    : label(original.label, next);
}

/** Leaves that a runtime feeds or stores: their identity is the node. */
function isBoundLeaf({ op }: Node): boolean {
  return op.kind === "leaf" && op.role !== "constant";
}
