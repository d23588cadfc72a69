/** Sums of a step in which what depends on no earlier step comes together, so that it can be added outside. */
import { label } from "../../graph/apply.js";
import { withSite } from "../../graph/build-site.js";
import type { Node } from "../../graph/node.js";
import type { ScanBody } from "../../graph/scan-body.js";
import { addOp } from "../../ops/add.js";
import { make, rebuild } from "../pass.js";
import { independentProducts } from "./hoisted-nodes.js";
import { mapBody } from "./rewriting-scans.js";
import { independentValues, stepParts, type StepParts } from "./step-parts.js";

/**
 * (x W + h U) + b → h U + (x W + b): of a sum with several independent terms, one of which is a product that is hoisted.
 * The same body if there is none.
 */
export function splitSums(body: ScanBody, inputs: readonly Node[]): ScanBody {
  const parts = stepParts(body);
  const products = independentProducts(parts, independentValues(parts, inputs));
  const replaced = new Map<Node, Node>();
  const lookUp = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of parts.order) {
    const terms = isWholeSum(node, parts) ? termsOf(node, parts) : [];
    const independent = terms.filter((term) => !parts.isDelayed(term));
    const isSplit = independent.length > 1 && independent.some((term) => products.has(term));
    const next = isSplit
      ? withSite(node.site, () => {
          const delayed = terms.filter((term) => parts.isDelayed(term));
          const split = make(addOp, [sumOf(delayed.map(lookUp)), sumOf(independent.map(lookUp))]);
          return node.label === undefined ? split : label(node.label, split);
        })
      : rebuild(node, lookUp);
    if (next !== node) replaced.set(node, next);
  }
  return replaced.size === 0 ? body : mapBody(body, lookUp);
}

/** The terms of a sum in order: sums that nothing else reads are taken apart, but for those that are independent. */
function termsOf(sum: Node, parts: StepParts): Node[] {
  const terms: Node[] = [];
  const left = [...sum.inputs].reverse();
  for (let term = left.pop(); term !== undefined; term = left.pop()) {
    if (isDelayedSum(term, parts) && isPartOfSum(term, parts)) left.push(...[...term.inputs].reverse());
    else terms.push(term);
  }
  return terms;
}

function sumOf(terms: readonly Node[]): Node {
  return terms.reduce((total, term) => make(addOp, [total, term]));
}

function isWholeSum(node: Node, parts: StepParts): boolean {
  return isDelayedSum(node, parts) && !isPartOfSum(node, parts);
}

function isDelayedSum(node: Node, { isDelayed }: StepParts): boolean {
  return node.op === addOp && node.dtype === "f32" && isDelayed(node);
}

/** Whether nothing but one other sum reads the sum. */
function isPartOfSum(node: Node, parts: StepParts): boolean {
  const [reader, ...others] = parts.readersOf(node);
  return !parts.isWanted(node) && reader !== undefined && others.length === 0 && isDelayedSum(reader, parts);
}
