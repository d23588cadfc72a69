/** Panels of a product's right operand: packed where that pays, and outside the loops in which it does not change. */
import type { Node } from "../../graph/node.js";
import type { MatmulKernel } from "../kernel.js";
import type { Address } from "../loop-program.js";
import { packedFloats, packingOf } from "../matmul/emit-pack.js";
import { panelsOf } from "../matmul/panels.js";
import { scratchFloats } from "../matmul/plan-matmul.js";
import { isSteady, type Scope } from "./scope.js";

/** Adds the call of a product; operands are A, B, C, and what is added. */
export function callMatmul(scope: Scope, given: MatmulKernel, operands: readonly Address[], node: Node): void {
  const { workspace } = scope;
  const [a, b, ...rest] = operands;
  const { kernel, right } = packed(scope, given, b!, node);
  const scratch = scratchFloats(kernel, workspace.target);
  const room = scratch === 0 ? [] : [{ buffer: workspace.buffer("f32", scratch), offset: 0, terms: [] }];
  const all = [a!, right, ...rest, ...room];
  const writes = scratch === 0 ? [2] : [2, all.length - 1];
  scope.statements.push({ kind: "call", kernel, operands: all, writes, node });
}

/**
 * The product with B as it is, or with panels: made in the outermost block in which B is there and stays, or, of a leaf
 * that the program does not change, once for all runs until it is written.
 */
function packed(
  scope: Scope,
  kernel: MatmulKernel,
  right: Address,
  node: Node,
): { readonly kernel: MatmulKernel; readonly right: Address } {
  const { workspace } = scope;
  const { rows, inner, columns, b } = kernel;
  let outer = scope;
  while (outer.parent !== undefined && isSteady(outer, right)) outer = outer.parent;
  const isKept = workspace.unchanged.has(right.buffer) && outer.parent === undefined && right.terms.length === 0;
  if (b === "packed" || !packingOf(rows, inner, columns, b, workspace.target, isKept || outer !== scope))
    return { kernel, right };
  const panels = panelsOf(rows, columns, workspace.target);
  const key = JSON.stringify([right.buffer.id, right.offset, right.terms, b, inner, columns, panels]);
  let made = outer.panels.get(key);
  if (made === undefined) {
    const size = packedFloats(inner, columns, workspace.target);
    const buffer = workspace.buffer("f32", size, { kind: isKept ? "kept" : "arena" });
    made = { buffer, offset: 0, terms: [] };
    outer.panels.set(key, made);
    const pack = { kind: "pack", inner, columns, b, panels } as const;
    const block = isKept ? workspace.preparation : outer.statements;
    block.push({ kind: "call", kernel: pack, operands: [right, made], writes: [1], node });
  }
  return { kernel: { ...kernel, b: "packed", panels }, right: made };
}
