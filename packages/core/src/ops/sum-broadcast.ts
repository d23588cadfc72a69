/** Sum over axes and broadcast to a shape: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type FloatNode, type Node } from "../graph/node.js";
import type { ReductionOp, ViewOp } from "../graph/op.js";
import type { DType, NumericDType } from "../tensor/dtype.js";
import { broadcastShapes, checkShape, formatShape, sameShape, stridesOf, type Shape } from "../tensor/shape.js";
import { reshape } from "./reshape.js";
import { keptShape, reduce, reductionType, type ReduceOptions } from "./rules/reduction.js";

export const sumOp: ReductionOp<NumericDType> = {
  name: "sum",
  kind: "reduction",
  parameters: ["x"],
  inferType: reductionType,
  identity: 0,
  combine: (total, element) => total + element,
  emit: { combine: "add", identity: { f32: 0, i32: 0 } },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x], cotangent, attrs: { axes } }) => [
      broadcastTo(reshape(cotangent, keptShape(x.shape, axes)), x.shape),
    ],
  },
  doc: { formula: "sum(x, axes) = Σ over axes of x; adjoint: broadcastTo" },
};

export const broadcastToOp: ViewOp<Readonly<{ shape: Shape }>> = {
  name: "broadcastTo",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { shape } }) => {
    checkShape("broadcastTo(x, shape)", shape);
    const common = broadcastShapes(x.shape, shape);
    if (common === undefined || !sameShape(common, shape)) {
      throw new ShapeError({
        code: "SHAPE_BROADCAST",
        where: "broadcastTo(x, shape)",
        rule: "aligned at the last axis, every size of x must equal that of shape or be 1",
        got: `x = ${describe(x)} and ${formatShape(shape)}`,
        details: { from: x.shape, to: shape },
      });
    }
    return { dtype: x.dtype, shape };
  },
  view: (input, output) => {
    const added = output.shape.length - input.shape.length;
    const strides = stridesOf(input.shape);
    return {
      offset: 0,
      strides: output.shape.map((_, axis) =>
        axis < added || input.shape[axis - added] === 1 ? 0 : strides[axis - added]!,
      ),
    };
  },
  derivative: { kind: "linear", vjp: ({ inputs: [x], cotangent }) => [sumToShape(cotangent, x.shape)] },
  doc: { formula: "broadcastTo(x, S): x repeated along missing axes and axes of size 1; adjoint: sum" },
};

/**
 * The sum over axes.
 *
 * @shapes x: D[...S] -> D[S without axes], or with 1 for each axis if keepDims
 * @param options - axes (all unless given, negative from the end) and keepDims
 * @throws ShapeError AXIS_RANGE if an axis is not one of x. DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(sum(constant([[1, 2], [3, 4]]), { axes: 0 })).data; // → [4, 6]
 */
export function sum<D extends NumericDType>(x: Node<D>, options?: ReduceOptions): Node<D> {
  return reduce(sumOp, x, options);
}

/**
 * The elements of x repeated along missing axes and axes of size 1, by NumPy's rule.
 *
 * @shapes x: D[...S] -> D[...shape]
 * @throws ShapeError SHAPE_BROADCAST if x does not fit into shape.
 * @example
 * evaluate(broadcastTo(constant([1, 2]), [2, 2])).data; // → [1, 2, 1, 2]
 */
export function broadcastTo<D extends DType>(x: Node<D>, shape: Shape): Node<D> {
  return sameShape(x.shape, shape) ? x : (apply(broadcastToOp, [x as Node], { shape: [...shape] }) as Node<D>);
}

/** The adjoint of broadcasting from `shape`: sums over the axes that were stretched. */
function sumToShape(x: FloatNode, shape: Shape): FloatNode {
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < added || (shape[axis - added] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(sum(x, { axes }), shape);
}
