/** A product whose left operand is copied a block of rows at a time: the product of each block by itself, or their sum. */
import type { Node } from "../../graph/node.js";
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { Address, LoopId } from "../loop-program.js";
import { contiguous, type Layout } from "./layout.js";
import { NestBuilder } from "./nest-builder.js";
import { callMatmul } from "./packing.js";
import type { RowBlocks } from "./row-blocks.js";
import { scope as makeScope, type Scope } from "./scope.js";
import { copyValue } from "./values.js";

/** What the product reads and writes. */
export interface BlockOperands {
  /** Room for one block. */
  readonly a: Layout;
  readonly b: Layout;
  readonly c: Layout;
  readonly init: Layout | undefined;
}

/** Adds the loops. The kernel is that of one block; if A is transposed, blocks are parts of the inner axis. */
export function matmulInBlocks(
  scope: Scope,
  blocks: RowBlocks,
  kernel: MatmulKernel,
  { a, b, c, init }: BlockOperands,
  node: Node,
  isTransposed: boolean,
): void {
  const { loops, block } = blocks;
  const ids: LoopId[] = loops.map((_, i) => ({ name: `block${i}` }));
  const moving = ({ terms, ...start }: Address, strides: readonly number[]): Address => {
    const own = ids.map((loop, i) => ({ loop, stride: strides[i]! }));
    return { ...start, terms: [...terms, ...own.filter(({ stride }) => stride !== 0)] };
  };
  const byRow = ({ address }: Layout, { row }: MatrixLayout): Address =>
    moving(
      address,
      loops.map(({ rows }) => rows * row),
    );
  if (isTransposed) startSum(scope, c, init, node);
  const inner = makeScope(scope.workspace, ids.at(-1), scope);
  const from = moving(
    block.address,
    loops.map(({ stride }) => stride),
  );
  copyValue(inner, { ...block, address: from }, contiguous(a.address, block.shape), node);
  const rowsOfC = { row: kernel.c, column: 1 };
  if (isTransposed) {
    const right = byRow(b, kernel.b as MatrixLayout);
    callMatmul(inner, { ...kernel, init: rowsOfC }, [a.address, right, c.address, c.address], node);
  } else {
    const added = init && kernel.init ? [byRow(init, kernel.init)] : [];
    callMatmul(inner, kernel, [a.address, b.address, byRow(c, rowsOfC), ...added], node);
  }
  let body = inner.statements;
  for (const [i, { count }] of [...loops.entries()].toReversed()) body = [{ kind: "loop", id: ids[i]!, count, body }];
  scope.statements.push(...body);
}

/** What the sum of blocks starts from. */
function startSum(scope: Scope, c: Layout, init: Layout | undefined, node: Node): void {
  if (init !== undefined) {
    copyValue(scope, init, c, node);
    return;
  }
  const nest = new NestBuilder(c.shape);
  nest.store(c, nest.lanes.constant(0, "f32"));
  scope.statements.push(nest.finish(node));
}
