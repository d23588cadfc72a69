/** Nodes as ranges of another node's elements in row-major order: what slices and reshapes of leading axes are. */
import type { Node } from "../graph/node.js";
import { reshape, reshapeOp } from "../ops/reshape.js";
import { slice, sliceOp, type AxisRange } from "../ops/slice-pad.js";
import { sizeOf, stridesOf } from "../tensor/shape.js";
import { attrsOf } from "./pattern.js";

/** Elements offset … offset + size - 1 of the source, in order. */
export interface Range {
  readonly source: Node;
  readonly offset: number;
  readonly size: number;
  /** How many nodes lie between the source and the node. */
  readonly length: number;
}

/** Views looked through; rules shorten longer chains from below. */
const MOST_VIEWS = 8;

/** The range that the node is; the whole of itself if it is no contiguous view. */
export function rangeOf(node: Node): Range {
  let source = node;
  let offset = 0;
  let length = 0;
  for (; length < MOST_VIEWS; length++) {
    const start = startInInput(source);
    if (start === undefined) break;
    offset += start;
    source = source.inputs[0]!;
  }
  return { source, offset, size: sizeOf(node.shape), length };
}

/** Where in its input a contiguous view begins; undefined if the node is none. */
function startInInput(node: Node): number | undefined {
  if (node.op === reshapeOp) return 0;
  if (node.op !== sliceOp || sizeOf(node.shape) === 0) return undefined;
  const { start, size, step } = attrsOf(sliceOp, node);
  const { shape } = node.inputs[0]!;
  const first = size.findIndex((extent) => extent > 1);
  const isContiguous =
    first < 0 || (step[first] === 1 && size.every((extent, axis) => axis <= first || extent === shape[axis]));
  return isContiguous ? stridesOf(shape).reduce((sum, stride, axis) => sum + stride * start[axis]!, 0) : undefined;
}

/** The elements of a range under a shape: at most one slice and one reshape; undefined if it takes more. */
export function readRange({ source, offset, size }: Omit<Range, "length">, shape: readonly number[]): Node | undefined {
  const strides = stridesOf(source.shape);
  if (offset === 0 && size === sizeOf(source.shape)) return reshape(source, shape);
  const axis = strides.findIndex((stride) => stride > 0 && size % stride === 0 && offset % stride === 0);
  if (axis < 0 || size === 0) return undefined;
  const start = (at: number): number => Math.floor(offset / strides[at]!) % source.shape[at]!;
  if (start(axis) + size / strides[axis]! > source.shape[axis]!) return undefined;
  const ranges: AxisRange[] = strides
    .slice(0, axis)
    .map((_, outer) => ({ axis: outer, start: start(outer), stop: start(outer) + 1 }));
  ranges.push({ axis, start: start(axis), stop: start(axis) + size / strides[axis]! });
  return reshape(slice(source, ...ranges), shape);
}

/** Nodes between a source and what reads it: 0 to 2. */
export function viewsBetween(source: Node, node: Node): number {
  if (node === source) return 0;
  return node.inputs[0] === source ? 1 : 2;
}
