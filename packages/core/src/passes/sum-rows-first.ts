/** Gradients of embeddings: where few rows of a table are read many times, what belongs to each is added up first. */
import type { Node } from "../graph/node.js";
import { gatherOp, scatterOp } from "../ops/gather-scatter.js";
import { matmulOp } from "../ops/matmul.js";
import { reshape, reshapeOp } from "../ops/reshape.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { make, rewriting, type Pass } from "./pass.js";
import { any, attrsOf, firstOf, op, rule, type Rule } from "./pattern.js";

/** Columns from which on a product takes longer than to move as many sums. */
const FEWEST_COLUMNS = 16;

/** Whether rows of a table are read so often, and are so long, that adding up what belongs to each costs less. */
function pays(tableRows: number, indices: Node, length: number): boolean {
  return 2 * tableRows <= sizeOf(indices.shape) && length >= FEWEST_COLUMNS;
}

/** The node that a reshape reads, if it is one. */
function unshaped(node: Node): Node {
  return node.op === reshapeOp ? node.inputs[0]! : node;
}

/** The rows of a matrix, one for each index, added up by their indices. */
function scatterRows(rows: Node, indices: Node, size: number): Node {
  const updates = reshape(rows, [...indices.shape, rows.shape[1]!]);
  return make(scatterOp, [updates, indices], { axis: 0, size });
}

/** The rules, in the order in which they are tried. */
const rules: readonly Rule[] = [
  rule({
    name: "matmul(gather(table), d, transposeA) → matmul(table, scatter(d), transposeA)",
    why: "adds the rows that are multiplied by one row of the table before the product",
    inexact: true,
    pattern: op(matmulOp, any("flat"), any("d")),
    replace: ({ flat, d }, node) => {
      const [attrs, rows] = [attrsOf(matmulOp, node), unshaped(flat)];
      if (rows.op !== gatherOp || attrsOf(gatherOp, rows).axis !== 0) return undefined;
      const [table, indices] = rows.inputs as [Node, Node];
      const [size, length] = table.shape as [number, number];
      const isRowByRow = table.shape.length === 2 && flat.shape.length === 2 && flat.shape[1] === length;
      if (!isRowByRow || !attrs.transposeA || attrs.transposeB || d.shape.length !== 2) return undefined;
      return pays(size, indices, length) ? make(matmulOp, [table, scatterRows(d, indices, size)], attrs) : undefined;
    },
  }),
  rule({
    name: "scatter(matmul(d, w)) → matmul(scatter(d), w)",
    why: "adds the rows that belong to one index before the product",
    inexact: true,
    pattern: op(scatterOp, any("updates"), any("indices")),
    replace: ({ updates, indices }, node) => {
      const [product, { axis, size }] = [unshaped(updates), attrsOf(scatterOp, node)];
      if (product.op !== matmulOp || axis !== 0) return undefined;
      const [d, w] = product.inputs as [Node, Node];
      const [attrs, length] = [attrsOf(matmulOp, product), product.shape[1]!];
      const isRowByRow = product.shape.length === 2 && sameShape(updates.shape, [...indices.shape, length]);
      if (!isRowByRow || attrs.transposeA) return undefined;
      return pays(size, indices, length) ? make(matmulOp, [scatterRows(d, indices, size), w], attrs) : undefined;
    },
  }),
];

/** Adds up rows before they are multiplied rather than after. */
export const sumRowsFirst: Pass = { ...rewriting("sum-rows-first", firstOf(rules)), inexact: true };
