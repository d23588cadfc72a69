/** Largest and smallest element over axes. Elements that tie share the derivative equally. */
import type { FloatNode, Node } from "../graph/node.js";
import type { Derivative, ReductionAttrs, ReductionOp } from "../graph/op.js";
import type { NumericDType } from "../tensor/dtype.js";
import { cast } from "./cast.js";
import { equal } from "./comparisons.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { reshape } from "./reshape.js";
import { keptShape, reduce, reductionType, type ReduceOptions } from "./rules/reduction.js";
import { sum } from "./sum-broadcast.js";

const derivative: Derivative<[Node], ReductionAttrs> = {
  kind: "rules",
  vjp: ({ inputs: [x], output, cotangent, attrs: { axes } }) => [
    mul(reshape(cotangent, keptShape(x.shape, axes)), shares(x, output, axes)),
  ],
  jvp: ({ inputs: [x], output, tangents: [t], attrs: { axes } }) => t && sum(mul(t, shares(x, output, axes)), { axes }),
};

/** 1 / (number of winners) at every winner, 0 elsewhere. */
function shares(x: FloatNode, output: FloatNode, axes: readonly number[]): FloatNode {
  const wins = cast(equal(x, reshape(output, keptShape(x.shape, axes))), "f32");
  return div(wins, sum(wins, { axes, keepDims: true }));
}

export const maxOp: ReductionOp<NumericDType> = {
  name: "max",
  kind: "reduction",
  parameters: ["x"],
  inferType: reductionType,
  identity: undefined,
  combine: Math.max,
  emit: { combine: "max", identity: { f32: -Infinity, i32: -(2 ** 31) } },
  derivative,
  doc: { formula: "max(x, axes): the largest element; its derivative is shared equally by ties" },
};

export const minOp: ReductionOp<NumericDType> = {
  name: "min",
  kind: "reduction",
  parameters: ["x"],
  inferType: reductionType,
  identity: undefined,
  combine: Math.min,
  emit: { combine: "min", identity: { f32: Infinity, i32: 2 ** 31 - 1 } },
  derivative,
  doc: { formula: "min(x, axes): the smallest element; its derivative is shared equally by ties" },
};

/**
 * The largest element over axes. NaN wins.
 *
 * Elements that tie share the derivative equally.
 *
 * @shapes x: D[...S] -> D[S without axes], or with 1 for each axis if keepDims
 * @param options - axes (all unless given, negative from the end) and keepDims
 * @throws ShapeError REDUCE_EMPTY if a reduced axis has no elements; AXIS_RANGE if an axis is not one of x.
 * @example
 * evaluate(max(constant([[1, 5], [3, 2]]), { axes: 1 })).data; // → [5, 3]
 */
export function max<D extends NumericDType>(x: Node<D>, options?: ReduceOptions): Node<D> {
  return reduce(maxOp, x, options);
}

/**
 * The smallest element over axes. NaN wins.
 *
 * Elements that tie share the derivative equally.
 *
 * @shapes x: D[...S] -> D[S without axes], or with 1 for each axis if keepDims
 * @param options - axes (all unless given, negative from the end) and keepDims
 * @throws ShapeError REDUCE_EMPTY if a reduced axis has no elements; AXIS_RANGE if an axis is not one of x.
 * @example
 * evaluate(min(constant([[1, 5], [3, 2]]), { axes: 1 })).data; // → [1, 2]
 */
export function min<D extends NumericDType>(x: Node<D>, options?: ReduceOptions): Node<D> {
  return reduce(minOp, x, options);
}
