/** Rules of matrix products. */
import type { Node } from "../../graph/node.js";
import { matmulOp } from "../../ops/matmul.js";
import { transposeOp } from "../../ops/transpose.js";
import { make } from "../pass.js";
import { any, attrsOf, named, op, rule, type Rule } from "../pattern.js";

/** Whether a transpose swaps the last two axes and leaves the others. */
export function swapsMatrix(node: Node): boolean {
  const { permutation } = attrsOf(transposeOp, node);
  const rank = permutation.length;
  return permutation.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}

/** The rules, in the order in which they are tried. */
export const matmulRules: readonly Rule[] = [
  rule({
    name: "matmul(transpose(a), b) → matmul(a, b, transposeA)",
    why: "the same products are added in the same order: only where the elements of a are read changes",
    pattern: op(matmulOp, named("swapped", op(transposeOp, any("a"))), any("b")),
    replace: ({ swapped, a, b }, node) => {
      const attrs = attrsOf(matmulOp, node);
      return swapsMatrix(swapped) ? make(matmulOp, [a, b], { ...attrs, transposeA: !attrs.transposeA }) : undefined;
    },
  }),
];
