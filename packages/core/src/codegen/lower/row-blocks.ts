/**
 * Matrices that do not lie in memory as one, such as patches as rows: a view joins axes whose elements are not next to
 * each other. A product that goes over the rows copies a block of them at a time, which stays in the cache.
 */
import type { Node } from "../../graph/node.js";
import { sizeOf, stridesOf, type Shape } from "../../tensor/shape.js";
import { isContiguous, viewLayout, type Layout } from "./layout.js";
import type { Scope } from "./scope.js";
import { layoutOf } from "./values.js";

/** Floats of a block, about. */
const BLOCK = 16384;

/** How to go over the rows: loops around blocks of the same size, outermost first. */
export interface RowBlocks {
  /** What is copied: the elements of one block, in the order of the rows. */
  readonly block: Layout;
  readonly rows: number;
  /** How far the block and the rows move with each loop, in elements and in rows. */
  readonly loops: readonly { readonly count: number; readonly stride: number; readonly rows: number }[];
}

/** The blocks of a matrix that would have to be copied as a whole; undefined if it lies as one, or is small. */
export function rowBlocksOf(scope: Scope, node: Node): RowBlocks | undefined {
  const [source] = node.inputs;
  if (source === undefined || node.shape.length !== 2 || scope.layouts.has(node) || !joinsAxes(node)) return undefined;
  const layout = layoutOf(scope, source);
  const whole = { offset: 0, strides: stridesOf(node.shape) };
  if (isContiguous(layout) || viewLayout(layout, whole, node.shape) !== undefined) return undefined;
  const { shape, strides, address } = layout;
  const leading = rowAxes(shape, node.shape[0]!);
  if (leading === undefined) return undefined;
  // The last axis that is gone over: what is behind it is smaller than a block.
  let axis = 0;
  while (axis < leading - 1 && sizeOf(shape.slice(axis + 1)) >= BLOCK) axis++;
  const inside = sizeOf(shape.slice(axis + 1));
  const part = nearestDivisor(shape[axis]!, BLOCK / inside);
  const counts = [...shape.slice(0, axis), shape[axis]! / part];
  if (sizeOf(counts) <= 1) return undefined;
  const rowsOf = (at: number): number => sizeOf(shape.slice(at + 1, leading));
  return {
    block: { address, shape: [part, ...shape.slice(axis + 1)], strides: strides.slice(axis) },
    rows: part * rowsOf(axis),
    loops: counts.map((count, at) => {
      const step = at === axis ? part : 1;
      return { count, stride: step * strides[at]!, rows: step * rowsOf(at) };
    }),
  };
}

/** Whether the node is a view with the elements of its input in their order. */
function joinsAxes({ op, attrs, inputs, type }: Node): boolean {
  if (op.kind !== "view" || sizeOf(inputs[0]!.shape) !== sizeOf(type.shape)) return false;
  const { offset, strides } = op.view(inputs[0]!.type, type, attrs);
  const rowMajor = stridesOf(type.shape);
  return offset === 0 && strides.every((stride, axis) => stride === rowMajor[axis]);
}

/** How many of the first axes together are the rows. */
function rowAxes(shape: Shape, rows: number): number | undefined {
  for (let count = 1; count <= shape.length; count++) if (sizeOf(shape.slice(0, count)) === rows) return count;
  return undefined;
}

/** The divisor whose ratio to what is wanted is closest to 1. */
function nearestDivisor(total: number, wanted: number): number {
  const distance = (part: number): number => Math.abs(Math.log(part / wanted));
  let best = 1;
  for (let part = 2; part <= total; part++) if (total % part === 0 && distance(part) < distance(best)) best = part;
  return best;
}
