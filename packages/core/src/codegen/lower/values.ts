/** Values in memory: where a node's elements are, and copies where they are not as somebody needs them. */
import { InternalError } from "../../errors.js";
import { constantOp } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import { openPlaceholder } from "../../graph/open-placeholder.js";
import type { NdArray } from "../../tensor/nd-array.js";
import { contiguous, isContiguous, viewLayout, type Layout } from "./layout.js";
import { NestBuilder } from "./nest-builder.js";
import type { Scope } from "./scope.js";

/** Where the node's elements are. The node's unit has been lowered, or it is a view of one whose has. */
export function layoutOf(scope: Scope, node: Node): Layout {
  const pending: Node[] = [];
  let source = node;
  for (; !scope.layouts.has(source) && source.op.kind === "view"; source = source.inputs[0]!) pending.push(source);
  let layout = scope.layouts.get(source) ?? constantLayout(scope, source);
  for (const view of pending.toReversed()) {
    layout = layoutOfView(scope, view, layout);
    scope.layouts.set(view, layout);
  }
  return layout;
}

/** The number that every element of the node is, if that is plain to see. */
export function uniformElement(node: Node): number | undefined {
  let source = node;
  while (source.op.kind === "view") source = source.inputs[0]!;
  const value = source.op === constantOp ? (source.attrs["value"] as NdArray) : undefined;
  return value?.data.length === 1 ? value.data[0] : undefined;
}

/** The value row-major without gaps: as it is, or copied. */
export function contiguousValue(scope: Scope, node: Node): Layout {
  const layout = layoutOf(scope, node);
  if (isContiguous(layout)) return contiguous(layout.address, node.shape);
  const copy = scope.workspace.room(node.dtype, node.shape);
  copyValue(scope, layout, copy, node);
  return copy;
}

/** Copies a value element by element. */
export function copyValue(scope: Scope, from: Layout, to: Layout, node: Node): void {
  const nest = new NestBuilder(from.shape);
  const element = uniformElement(node);
  const value = element === undefined ? nest.load(from, node.dtype) : nest.lanes.constant(element, node.dtype);
  nest.store(to, value);
  scope.statements.push(nest.finish(node));
}

/** Where a node that is computed now must be put. */
export function placeFor(scope: Scope, node: Node): Layout {
  const place = scope.homes.get(node) ?? scope.workspace.room(node.dtype, node.shape);
  scope.layouts.set(node, place);
  return place;
}

function layoutOfView(scope: Scope, view: Node, input: Layout): Layout {
  const { op, attrs, type } = view;
  if (op.kind !== "view") throw new InternalError("layoutOfView", `a node of ${op.name}`);
  const source = view.inputs[0]!;
  const strided = op.view(source.type, type, attrs);
  return (
    viewLayout(input, strided, view.shape) ??
    viewLayout(contiguousValue(scope, source), strided, view.shape) ??
    fail(view)
  );
}

function constantLayout(scope: Scope, node: Node): Layout {
  if (node.op.kind === "leaf" && node.op.role === "placeholder") throw openPlaceholder(node);
  if (node.op !== constantOp) throw new InternalError("layoutOf", `no value for ${node.op.name} ${node.toString()}`);
  const buffer = scope.workspace.constant(node.attrs["value"] as NdArray);
  const layout = contiguous({ buffer, offset: 0, terms: [] }, node.shape);
  scope.layouts.set(node, layout);
  return layout;
}

function fail(view: Node): never {
  throw new InternalError("layoutOfView", `no layout for ${view.op.name} ${view.toString()}`);
}
