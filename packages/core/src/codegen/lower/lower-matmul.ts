/** Matrix products: layouts instead of transposes, panels packed once where that pays, a loop around batches. */
import type { Node } from "../../graph/node.js";
import { sizeOf } from "../../tensor/shape.js";
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { Address, LoopId } from "../loop-program.js";
import { asMatrix, contiguous, type Layout } from "./layout.js";
import { matmulInBlocks } from "./matmul-in-blocks.js";
import { callMatmul } from "./packing.js";
import { rowBlocksOf } from "./row-blocks.js";
import { scope as makeScope, type Scope } from "./scope.js";
import type { Unit } from "./units.js";
import { contiguousValue, copyValue, layoutOf, placeFor } from "./values.js";

/** The product, with what is added to it. */
export function lowerMatmul(scope: Scope, unit: Unit & { kind: "matmul" }): void {
  const { node, product } = unit;
  const home = placeFor(scope, node);
  const place = hasRows(home) ? home : scope.workspace.room(node.dtype, node.shape);
  const [left, right] = product.inputs as [Node, Node];
  const blocks = rowBlocksOf(scope, left);
  const a = blocks === undefined ? forwards(scope, left) : scope.workspace.room("f32", [blocks.rows, left.shape[1]!]);
  const b = forwards(scope, right);
  const { transposeA, transposeB } = product.attrs as { readonly transposeA: boolean; readonly transposeB: boolean };
  const init = unit.init === undefined ? undefined : initOf(scope, unit.init);
  const batch = product.shape.slice(0, -2);
  const rowsOf = (layout: Layout): MatrixLayout => (batch.length === 0 ? asMatrix(layout)! : lastMatrix(layout));
  const kernel: MatmulKernel = {
    kind: "matmul",
    rows: a.shape.at(transposeA ? -1 : -2)!,
    inner: a.shape.at(transposeA ? -2 : -1)!,
    columns: product.shape.at(-1)!,
    a: matrixOf(a, transposeA),
    b: matrixOf(b, transposeB),
    c: rowsOf(place).row,
    init: init && rowsOf(init),
  };
  const operands = [a, b, place, ...(init === undefined ? [] : [init])];
  if (blocks !== undefined) matmulInBlocks(scope, blocks, kernel, { a, b, c: place, init }, node, transposeA);
  else if (batch.length === 0) callMatmul(scope, kernel, addressesOf(operands), node);
  else batched(scope, batch, kernel, operands, node);
  if (place !== home) copyValue(scope, place, home, node);
}

/** The operand as it lies, or a copy if it is read from its end. */
function forwards(scope: Scope, node: Node): Layout {
  const layout = layoutOf(scope, node);
  return layout.strides.every((stride) => stride >= 0) ? layout : contiguousValue(scope, node);
}

function addressesOf(operands: readonly Layout[]): Address[] {
  return operands.map(({ address }) => address);
}

function matrixOf({ strides }: Layout, isTransposed: boolean): MatrixLayout {
  const [row, column] = [strides.at(-2)!, strides.at(-1)!];
  return isTransposed ? { row: column, column: row } : { row, column };
}

function lastMatrix({ strides }: Layout): MatrixLayout {
  return { row: strides.at(-2)!, column: strides.at(-1)! };
}

/** Whether the rows of the result can be written: neighbours next to each other, rows at one distance. */
function hasRows(layout: Layout): boolean {
  const columns = layout.shape.at(-1) ?? 1;
  return (columns <= 1 || layout.strides.at(-1) === 1) && asMatrix(layout) !== undefined;
}

/** What is added, as the kernel can read it. */
function initOf(scope: Scope, node: Node): Layout {
  const layout = layoutOf(scope, node);
  const matrix = asMatrix(layout);
  const columns = layout.shape.at(-1) ?? 1;
  const isRow = matrix !== undefined && (columns <= 1 || matrix.column === 1);
  const isNumber = matrix?.row === 0 && matrix.column === 0;
  if (isRow || isNumber) return layout;
  const copy = contiguousValue(scope, node);
  if (copy.address.buffer !== layout.address.buffer) return copy;
  const room = scope.workspace.room(node.dtype, node.shape);
  copyValue(scope, layout, room, node);
  return contiguous(room.address, node.shape);
}

/** One loop per batch axis around the product. */
function batched(
  scope: Scope,
  batch: readonly number[],
  kernel: MatmulKernel,
  operands: readonly Layout[],
  node: Node,
): void {
  if (sizeOf(batch) === 0) return;
  const loops: LoopId[] = batch.map((_, axis) => ({ name: `batch${axis}` }));
  const addresses = operands.map(({ address, strides }) => ({
    ...address,
    terms: [...address.terms, ...loops.map((loop, axis) => ({ loop, stride: strides[axis]! }))],
  }));
  const inner = makeScope(scope.workspace, loops.at(-1), scope);
  callMatmul(inner, kernel, addresses, node);
  let body = inner.statements;
  for (const [axis, count] of [...batch.entries()].toReversed())
    body = [{ kind: "loop", id: loops[axis]!, count, body }];
  scope.statements.push(...body);
}
