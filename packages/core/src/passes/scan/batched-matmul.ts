/** A product of matrices at all steps at once: one product if an operand is the same at every step. */
import type { Node } from "../../graph/node.js";
import { matmulOp } from "../../ops/matmul.js";
import { reshape } from "../../ops/reshape.js";
import { transpose } from "../../ops/transpose.js";
import { make } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { stacked, type BatchRule } from "./outside-value.js";

/**
 * - a_t b with b the same at every step: the rows of all a_t times b.
 * - a b_t with a the same at every step: its transpose is b_tᵀ aᵀ, the rows of all b_tᵀ times aᵀ.
 * - a_t b_t, and products of more than two axes: a batch of T products.
 */
export const batchedMatmul: BatchRule = (node, [a, b], steps) => {
  const attrs = attrsOf(matmulOp, node);
  const { transposeA, transposeB } = attrs;
  const [rows, columns] = node.shape;
  if (node.shape.length > 2 || (a!.isStacked && b!.isStacked))
    return make(matmulOp, [stacked(a!, steps), stacked(b!, steps)], attrs);
  if (a!.isStacked) {
    const operands = [rowsOfAll(a!.node, transposeA), b!.node];
    return reshape(make(matmulOp, operands, { transposeA: false, transposeB }), [steps, rows!, columns!]);
  }
  const operands = [rowsOfAll(b!.node, !transposeB), a!.node];
  const product = make(matmulOp, operands, { transposeA: false, transposeB: !transposeA });
  return transpose(reshape(product, [steps, columns!, rows!]));
};

/** `[T·M, K]` of matrices `[T, M, K]`, or of `[T, K, M]` if they are transposed. */
export function rowsOfAll(matrices: Node, isTransposed: boolean): Node {
  const rows = isTransposed ? transpose(matrices) : matrices;
  return reshape(rows, [rows.shape[0]! * rows.shape[1]!, rows.shape[2]!]);
}
