/** Product over axes, by halving: its derivative is right where elements are zero, at every order. */
import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/leaves.js";
import type { NumericDType } from "../../tensor/dtype.js";
import { normalizeAxes, sizeOf } from "../../tensor/shape.js";
import { concat } from "../concat.js";
import { mul } from "../mul.js";
import { reshape } from "../reshape.js";
import { keptShape, type ReduceOptions } from "../rules/reduction.js";
import { slice } from "../slice-pad.js";
import { broadcastTo } from "../sum-broadcast.js";
import { transpose } from "../transpose.js";

/**
 * The product over axes; 1 over an axis without elements.
 *
 * prod(x) = Π x_i, computed as a tree of pairwise products.
 *
 * @shapes x: D[...S] -> D[S without axes], or with 1 for each axis if keepDims
 * @param options - axes (all unless given, negative from the end) and keepDims
 * @throws ShapeError AXIS_RANGE if an axis is not one of x.
 * @example
 * evaluate(prod(constant([[1, 2], [3, 4]]), { axes: 0 })).data; // → [3, 8]
 */
export function prod<D extends NumericDType>(x: Node<D>, options: ReduceOptions = {}): Node<D> {
  const axes = normalizeAxes("prod(x, options)", options.axes, x.shape.length);
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const keptSizes = kept.map((axis) => x.shape[axis]!);
  const count = sizeOf(axes.map((axis) => x.shape[axis]!));
  const rows = reshape(transpose(x, [...axes, ...kept]), [count, ...keptSizes]);
  const product = reshape(count === 0 ? broadcastTo(constant(1, x.dtype), [1, ...keptSizes]) : halve(rows), keptSizes);
  return options.keepDims === true ? reshape(product, keptShape(x.shape, axes)) : product;
}

/** Multiplies the first half of the rows into the second until one row is left; an odd row waits its turn. */
function halve<D extends NumericDType>(rows: Node<D>): Node<D> {
  let rest = rows;
  for (let count = rest.shape[0]!; count > 1; count = rest.shape[0]!) {
    const half = Math.floor(count / 2);
    const products = mul(slice(rest, { axis: 0, stop: half }), slice(rest, { axis: 0, start: half, stop: 2 * half }));
    rest = count % 2 === 0 ? products : concat([products, slice(rest, { axis: 0, start: count - 1 })], 0);
  }
  return rest;
}
