/** Joining tensors along a new axis, and taking them apart again. */
import { ShapeError } from "../../errors.js";
import { describe, requireNode, type Node } from "../../graph/node.js";
import type { DType } from "../../tensor/dtype.js";
import { formatShape, normalizeAxis, sameShape } from "../../tensor/shape.js";
import { concat } from "../concat.js";
import { reshape } from "../reshape.js";
import { slice } from "../slice-pad.js";

/** Every part is a node; more memory than there is ends a program, and a heap of 2 GiB holds so many. */
const MOST_PARTS = 5e5;

/**
 * The parts along a new axis.
 *
 * @shapes parts: n × D[...S] -> D[...S with n inserted at axis]
 * @param parts - at least one node; all of one type
 * @param axis - where the new axis stands in the result; default 0
 * @throws ShapeError CONCAT_EMPTY if there are no parts; SHAPE_MISMATCH if two shapes differ.
 * @example
 * evaluate(stack([constant([1, 2]), constant([3, 4])])).shape; // → [2, 2]
 */
export function stack<D extends DType>(parts: readonly Node<D>[], axis = 0): Node<D> {
  const where = "stack(parts, axis)";
  const [first] = parts;
  if (first === undefined) {
    throw new ShapeError({ code: "CONCAT_EMPTY", where, rule: "there must be at least one part", got: "none" });
  }
  for (const [i, part] of parts.entries()) requireNode(where, `parts[${i}]`, part);
  const odd = parts.findIndex(({ shape }) => !sameShape(shape, first.shape));
  if (odd >= 0) {
    throw new ShapeError({
      code: "SHAPE_MISMATCH",
      where,
      rule: "all parts must have one shape",
      got: `parts[0] = ${describe(first)} and parts[${odd}] = ${describe(parts[odd]!)}`,
    });
  }
  const at = normalizeAxis(where, axis, first.shape.length + 1);
  return concat(
    parts.map((part) => reshape(part, [...part.shape.slice(0, at), 1, ...part.shape.slice(at)])),
    at,
  );
}

/**
 * The elements along an axis, each without that axis. Its adjoint is one concat, however many elements there are.
 *
 * @shapes x: D[...S, n, ...R] -> n × D[...S, ...R]
 * @throws ShapeError AXIS_RANGE if the axis is not one of x; SPLIT_PARTS if it has more than 500,000 elements.
 * @example
 * unstack(constant([[1, 2], [3, 4]])).map((row) => evaluate(row).data[1]); // → [2, 4]
 */
export function unstack<D extends DType>(x: Node<D>, axis = 0): Node<D>[] {
  const where = "unstack(x, axis)";
  const at = normalizeAxis(where, axis, x.shape.length);
  checkParts(where, x, x.shape[at]!);
  const shape = x.shape.filter((_, i) => i !== at);
  return split(x, x.shape[at]!, at).map((part) => reshape(part, shape));
}

/**
 * The parts of a tensor along an axis: a number of equal ones, or parts of the sizes given.
 *
 * @shapes x: D[...S, n, ...R] -> D[...S, n_i, ...R] each
 * @param parts - how many, or the size of each
 * @throws ShapeError SPLIT_SIZES if the parts do not make up the axis; SPLIT_PARTS if there are more than 500,000; AXIS_RANGE if the axis is not one of x.
 * @example
 * split(constant([1, 2, 3]), [1, 2], 0).map((part) => part.shape[0]); // → [1, 2]
 */
export function split<D extends DType>(x: Node<D>, parts: number | readonly number[], axis: number): Node<D>[] {
  const where = "split(x, parts, axis)";
  const at = normalizeAxis(where, axis, x.shape.length);
  const extent = x.shape[at]!;
  checkParts(where, x, typeof parts === "number" ? parts : parts.length);
  const sizes = typeof parts === "number" ? equalSizes(extent, parts) : parts;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== extent || sizes.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ShapeError({
      code: "SPLIT_SIZES",
      where,
      rule: `the parts must be whole numbers that add up to axis ${at}`,
      got: `${typeof parts === "number" ? `${parts} equal parts` : formatShape(parts)} of x = ${describe(x)}`,
    });
  }
  let start = 0;
  return sizes.map((size) => {
    const part = slice(x, { axis: at, start, stop: start + size });
    start += size;
    return part;
  });
}

function checkParts(where: string, x: Node, parts: number): void {
  if (!(parts > MOST_PARTS)) return;
  throw new ShapeError({
    code: "SPLIT_PARTS",
    where,
    rule: `there must be at most ${MOST_PARTS} parts`,
    got: `${parts} of x = ${describe(x)}`,
    fix: "Leave the axis whole, or scan along it",
  });
}

function equalSizes(extent: number, parts: number): number[] {
  return Number.isInteger(parts) && parts >= 0 ? new Array<number>(parts).fill(extent / parts) : [NaN];
}
