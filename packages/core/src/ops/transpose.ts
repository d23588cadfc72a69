/** Permutation of axes. The adjoint is the inverse permutation. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type Node } from "../graph/node.js";
import type { ViewOp } from "../graph/op.js";
import type { DType } from "../tensor/dtype.js";
import { formatShape, normalizeAxis, stridesOf } from "../tensor/shape.js";

export const transposeOp: ViewOp<Readonly<{ permutation: readonly number[] }>> = {
  name: "transpose",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { permutation } }) => {
    const rank = x.shape.length;
    if (
      permutation.length !== rank ||
      new Set(permutation).size !== rank ||
      permutation.some((axis) => x.shape[axis] === undefined)
    ) {
      throw new ShapeError({
        code: "PERMUTATION",
        where: "transpose(x, permutation)",
        rule: `the permutation must name each of the ${rank} axes once`,
        got: `${formatShape(permutation)} for x = ${describe(x)}`,
      });
    }
    return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]!) };
  },
  view: (input, _, { permutation }) => {
    const strides = stridesOf(input.shape);
    return { offset: 0, strides: permutation.map((axis) => strides[axis]!) };
  },
  derivative: {
    kind: "linear",
    vjp: ({ cotangent, attrs: { permutation } }) => [
      transpose(
        cotangent,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ],
  },
  doc: { formula: "transpose(x, p)[i_0 …] = x with axis k of the result being axis p[k] of x" },
};

/**
 * The same elements with the axes in another order: the last two swapped unless a permutation is given.
 *
 * @shapes x: D[...S, M, N] -> D[...S, N, M], or axis k of the result is axis permutation[k] of x
 * @param permutation - every axis once, negative from the end
 * @throws ShapeError PERMUTATION if an axis is missing or named twice; AXIS_RANGE if one is not an axis of x.
 * @example
 * evaluate(transpose(constant([[1, 2], [3, 4]]))).data; // → [1, 3, 2, 4]
 */
export function transpose<D extends DType>(x: Node<D>, permutation?: readonly number[]): Node<D> {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  const swapped = [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
  const normalized = permutation?.map((axis) => normalizeAxis("transpose(x, permutation)", axis, rank)) ?? swapped;
  return apply(transposeOp, [x as Node], { permutation: normalized }) as Node<D>;
}
