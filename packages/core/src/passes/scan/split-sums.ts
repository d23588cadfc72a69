/** Sums of a step in which what depends on no earlier step comes together, so that it can be added outside. */
import type { Node } from "../../graph/node.js";
import { computedBy, type ScanBody } from "../../graph/scan-body.js";
import { addOp } from "../../ops/add.js";
import { make } from "../pass.js";
import { independentProducts } from "./hoisted-nodes.js";
import { rewriteSums, sumOf } from "./rewrite-sums.js";
import { mapBody } from "./rewriting-scans.js";
import { independentValues, stepParts } from "./step-parts.js";

/**
 * (x W + h U) + b → h U + (x W + b): of a sum with several independent terms, one of which is a product that is hoisted.
 * The same body if there is none.
 */
export function splitSums(body: ScanBody, inputs: readonly Node[]): ScanBody {
  const parts = stepParts(body);
  const products = independentProducts(parts, independentValues(parts, inputs));
  const before = computedBy(body);
  const lookUp = rewriteSums(before, parts.isDelayed, (terms) => {
    const independent = terms.filter((term) => !parts.isDelayed(term));
    if (independent.length < 2 || !independent.some((term) => products.has(term))) return undefined;
    const delayed = terms.filter(parts.isDelayed);
    return (term) => make(addOp, [sumOf(delayed.map(term)), sumOf(independent.map(term))]);
  });
  return before.every((node) => lookUp(node) === node) ? body : mapBody(body, lookUp);
}
