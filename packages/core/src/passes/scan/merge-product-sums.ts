/** Sums of matrix products done as one product: what the gates of a cell pass back to the state before. */
import type { Node } from "../../graph/node.js";
import type { ScanStep } from "../../graph/scan-body.js";
import { dependentsOf, topologicalOrder } from "../../graph/walk.js";
import { concat } from "../../ops/concat.js";
import { matmulOp } from "../../ops/matmul.js";
import { make, type Pass } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { readCounts, rewriteSums, sumOf } from "./rewrite-sums.js";

/** A product must have this many columns to pay for one more copy of its left operand. */
const LEAST_COLUMNS = 4;

/**
 * a V + b W → [a b] [V; W] in the step of a scan, where V and W are the same at every step, so that joining them is no
 * work of the step, and a and b depend on earlier steps, so that neither product can be done before the scan.
 */
export function mergeProductSums({ delays, invariants }: ScanStep): Pass {
  const run = (results: readonly Node[]): readonly Node[] => {
    const order = topologicalOrder(results);
    const place = new Map(order.map((node, i) => [node, i]));
    const placeOf = (product: Node): number => place.get(product.inputs[0]!)!;
    const delayed = dependentsOf(
      order,
      delays.map(({ placeholder }) => placeholder),
    );
    const reads = readCounts(order, results);
    const isProduct = (node: Node): boolean =>
      node.op === matmulOp &&
      reads.get(node) === 1 &&
      node.shape.length === 2 &&
      node.shape[1]! >= LEAST_COLUMNS &&
      delayed.has(node.inputs[0]!) &&
      invariants.includes(node.inputs[1]!);
    const lookUp = rewriteSums(
      results,
      () => true,
      (terms) => {
        const groups = [false, true].map((transposeB) =>
          terms
            .filter((term) => isProduct(term) && !attrsOf(matmulOp, term).transposeA)
            .filter((term) => attrsOf(matmulOp, term).transposeB === transposeB)
            // Sums of the same left operands join them in the same order.
            .sort((a, b) => placeOf(a) - placeOf(b)),
        );
        const merged = groups.filter(({ length }) => length > 1);
        if (merged.length === 0) return undefined;
        const others = terms.filter((term) => !merged.some((group) => group.includes(term)));
        return (term) => sumOf([...others.map(term), ...merged.map((group) => joined(group.map(term)))]);
      },
    );
    return results.map(lookUp);
  };
  return { name: "merge-product-sums", inexact: true, run };
}

/** The sum of products as one. */
function joined(products: readonly Node[]): Node {
  const attrs = attrsOf(matmulOp, products[0]!);
  const [left, right] = [0, 1].map((side) => products.map(({ inputs }) => inputs[side]!));
  return make(matmulOp, [concat(left!, 1), concat(right!, attrs.transposeB ? 1 : 0)], attrs);
}
