/** Sums of any number of terms, seen as one and written anew. */
import { label } from "../../graph/apply.js";
import { withSite } from "../../graph/build-site.js";
import type { Node } from "../../graph/node.js";
import { topologicalOrder } from "../../graph/walk.js";
import { addOp } from "../../ops/add.js";
import { make, rebuild } from "../pass.js";

/** How a sum of these terms is to be written, from what the terms have become; undefined to leave it. */
export type SumRule = (terms: readonly Node[]) => ((lookUp: (term: Node) => Node) => Node) | undefined;

/**
 * What every node the results depend on becomes when sums are written by a rule. Sums that only another sum reads are
 * part of it; `isSum` says which additions count.
 */
export function rewriteSums(
  results: readonly Node[],
  isSum: (addition: Node) => boolean,
  rule: SumRule,
): (node: Node) => Node {
  const order = topologicalOrder(results);
  const terms = termsOfSums(order, results, (node) => node.op === addOp && node.dtype === "f32" && isSum(node));
  const replaced = new Map<Node, Node>();
  const lookUp = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of order) {
    const build = rule(terms.get(node) ?? []);
    const next = build === undefined ? rebuild(node, lookUp) : withSite(node.site, () => named(build(lookUp), node));
    if (next !== node) replaced.set(node, next);
  }
  return lookUp;
}

/** The terms one after the other. */
export function sumOf(terms: readonly Node[]): Node {
  return terms.reduce((total, term) => make(addOp, [total, term]));
}

/** How often nodes are read, by each other or as results. */
export function readCounts(order: readonly Node[], results: readonly Node[]): ReadonlyMap<Node, number> {
  const counts = new Map<Node, number>();
  const count = (node: Node): void => {
    counts.set(node, (counts.get(node) ?? 0) + 1);
  };
  for (const { inputs } of order) inputs.forEach(count);
  results.forEach(count);
  return counts;
}

function named(next: Node, { label: name }: Node): Node {
  return name === undefined ? next : label(name, next);
}

/** By outermost sum, its terms in order. */
function termsOfSums(
  order: readonly Node[],
  results: readonly Node[],
  isSum: (node: Node) => boolean,
): ReadonlyMap<Node, readonly Node[]> {
  const reads = readCounts(order, results);
  const inner = new Set<Node>();
  const found = new Map<Node, readonly Node[]>();
  // Users come first, so that a sum is met before the sums it is made of.
  for (const node of order.toReversed()) {
    if (!isSum(node) || inner.has(node)) continue;
    const terms: Node[] = [];
    const left = node.inputs.toReversed();
    for (let term = left.pop(); term !== undefined; term = left.pop()) {
      if (isSum(term) && reads.get(term) === 1) {
        inner.add(term);
        left.push(...term.inputs.toReversed());
      } else terms.push(term);
    }
    found.set(node, terms);
  }
  return found;
}
