/** What all reductions share: which axes go, what shape is left. */
import { checkKeys, ShapeError } from "../../errors.js";
import { apply } from "../../graph/apply.js";
import type { Node } from "../../graph/node.js";
import { signature, type ReductionAttrs, type ReductionOp, type TypeContext } from "../../graph/op.js";
import { commonDType } from "../../graph/type-rules.js";
import { describe, requireNode } from "../../graph/node.js";
import type { NumericDType } from "../../tensor/dtype.js";
import { normalizeAxes, type Shape } from "../../tensor/shape.js";
import type { TensorType } from "../../tensor/tensor-type.js";
import { reshape } from "../reshape.js";

/** Which axes a reduction removes. */
export interface ReduceOptions {
  /** Axes to reduce, negative from the end; all of them unless given. */
  readonly axes?: number | readonly number[];
  /** Whether reduced axes stay with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** f32 or i32 in, the same out with the axes removed. An op without identity must not reduce an empty axis. */
export function reductionType({
  op,
  inputs,
  attrs: { axes },
}: TypeContext<[Node], ReductionAttrs>): TensorType<NumericDType> {
  const [x] = inputs;
  const dtype = commonDType(op, inputs, ["f32", "i32"]);
  if (op.kind === "reduction" && op.identity === undefined && axes.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError({
      code: "REDUCE_EMPTY",
      where: signature(op),
      rule: "a reduced axis must have at least one element",
      got: `x = ${describe(x)} over axes ${axes.join(", ")}`,
    });
  }
  return { dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

/** A node that reduces x; x itself when no axes are named. */
export function reduce<D extends NumericDType>(
  op: ReductionOp<NumericDType>,
  x: Node<D>,
  options: ReduceOptions = {},
): Node<D> {
  requireNode(signature(op), "x", x);
  checkKeys<ReduceOptions & { readonly correction?: number }>(signature(op), "options", options, {
    axes: true,
    keepDims: true,
    correction: true,
  });
  const axes = normalizeAxes(signature(op), options.axes, x.shape.length);
  commonDType(op, [x], ["f32", "i32"]);
  if (axes.length === 0) return x;
  const reduced = apply(op, [x], { axes }) as Node<D>;
  return options.keepDims === true ? reshape(reduced, keptShape(x.shape, axes)) : reduced;
}

/** The shape with 1 for each reduced axis. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}
