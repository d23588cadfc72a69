/** Reshape: the same elements in the same order under another shape. Its own adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type Node } from "../graph/node.js";
import type { ViewOp } from "../graph/op.js";
import type { DType } from "../tensor/dtype.js";
import { checkShape, formatShape, sameShape, sizeOf, stridesOf, type Shape } from "../tensor/shape.js";

export const reshapeOp: ViewOp<Readonly<{ shape: Shape }>> = {
  name: "reshape",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { shape } }) => {
    checkShape("reshape(x, shape)", shape);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError({
        code: "SHAPE_SIZE",
        where: "reshape(x, shape)",
        rule: "both shapes must have the same number of elements",
        got: `x = ${describe(x)} with ${sizeOf(x.shape)} and ${formatShape(shape)} with ${sizeOf(shape)}`,
        details: { from: x.shape, to: shape },
      });
    }
    return { dtype: x.dtype, shape };
  },
  view: (_, output) => ({ offset: 0, strides: stridesOf(output.shape) }),
  derivative: { kind: "linear", vjp: ({ inputs: [x], cotangent }) => [reshape(cotangent, x.shape)] },
  doc: { formula: "reshape(x, S): the same elements, row-major" },
};

/**
 * The same elements, in row-major order, under another shape.
 *
 * @shapes x: D[...S] -> D[...shape]
 * @param shape - the new shape; one size may be -1 and is worked out from the others
 * @throws ShapeError SHAPE_SIZE if the number of elements differs.
 * @example
 * evaluate(reshape(constant([1, 2, 3, 4]), [2, -1])).shape; // → [2, 2]
 */
export function reshape<D extends DType>(x: Node<D>, shape: Shape): Node<D> {
  const target = shape.includes(-1) ? complete(x, shape) : [...shape];
  return sameShape(target, x.shape) ? x : (apply(reshapeOp, [x as Node], { shape: target }) as Node<D>);
}

/** The shape with the size that was left open worked out. */
function complete(x: Node, shape: Shape): Shape {
  const known = sizeOf(shape.filter((extent) => extent !== -1));
  const size = sizeOf(x.shape) / known;
  const isOne = shape.indexOf(-1) === shape.lastIndexOf(-1);
  if (isOne && Number.isInteger(size)) return shape.map((extent) => (extent === -1 ? size : extent));
  throw new ShapeError({
    code: "SHAPE_SIZE",
    where: "reshape(x, shape)",
    rule: isOne ? "the sizes given must divide the number of elements" : "only one size may be -1",
    got: `x = ${describe(x)} with ${sizeOf(x.shape)} and ${formatShape(shape)}`,
    details: { from: x.shape, to: shape },
  });
}
