/** Operations with loops of their own, joins of values that may lie in place already, and operations left to the host. */
import { InternalError } from "../../errors.js";
import type { Node } from "../../graph/node.js";
import { collectKernels } from "../collect-kernels.js";
import { isContiguous, moved, sameAddress, type Layout } from "./layout.js";
import type { Scope } from "./scope.js";
import { contiguousValue, copyValue, layoutOf, placeFor } from "./values.js";

/** The statements of a general node. */
export function lowerGeneral(scope: Scope, node: Node): void {
  const places = joinPlaces(node);
  if (places !== undefined) {
    lowerJoin(scope, node, places);
    return;
  }
  const { op, inputs, type, attrs } = node;
  if (op.kind !== "general") throw new InternalError("lowerGeneral", `a node of ${op.name}`);
  const operands = inputs.map((input) => contiguousValue(scope, input).address);
  const home = placeFor(scope, node);
  const target = isContiguous(home) ? home : scope.workspace.room(node.dtype, node.shape);
  const all = [...operands, target.address];
  if (op.emit === "host") scope.statements.push({ kind: "host-call", operands: all, writes: [inputs.length], node });
  else {
    const types = { inputs: inputs.map((input) => input.type), output: type };
    for (const kernel of collectKernels(op, types, attrs))
      scope.statements.push({ kind: "call", kernel, operands: all, writes: [inputs.length], node });
  }
  if (target !== home) copyValue(scope, target, home, node);
}

/** Gives the parts of joins their places in the whole, before anything is computed. */
export function placeParts(scope: Scope, order: readonly Node[], isComputed: (node: Node) => boolean): void {
  for (const node of order.toReversed()) {
    const places = joinPlaces(node);
    if (places === undefined) continue;
    const whole = scope.homes.get(node) ?? scope.workspace.room(node.dtype, node.shape);
    scope.homes.set(node, whole);
    node.inputs.forEach((part, i) => {
      if (isComputed(part) && !scope.homes.has(part))
        scope.homes.set(part, partOf(whole, part, places.axis, places.starts[i]!));
    });
  }
}

/** Parts that were not computed in place are copied. */
function lowerJoin(scope: Scope, node: Node, { axis, starts }: NonNullable<ReturnType<typeof joinPlaces>>): void {
  const whole = placeFor(scope, node);
  node.inputs.forEach((part, i) => {
    const target = partOf(whole, part, axis, starts[i]!);
    const layout = layoutOf(scope, part);
    if (!sameAddress(layout.address, target.address)) copyValue(scope, layout, target, part);
  });
}

/** A part's place in the whole. */
function partOf(whole: Layout, part: Node, axis: number, start: number): Layout {
  const address = moved(whole.address, start * whole.strides[axis]!);
  return { address, shape: part.shape, strides: whole.strides };
}

/** How far along which axis each input starts in the output, if the op puts them side by side. */
function joinPlaces({
  op,
  inputs,
  attrs,
}: Node): { readonly axis: number; readonly starts: readonly number[] } | undefined {
  if (op.kind !== "general" || op.joinAxis === undefined) return undefined;
  const axis = op.joinAxis(attrs);
  let start = 0;
  const starts = inputs.map(({ shape }) => {
    const own = start;
    start += shape[axis]!;
    return own;
  });
  return { axis, starts };
}
