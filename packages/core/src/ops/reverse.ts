/** Reversal along axes. Its own adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { Node } from "../graph/node.js";
import type { ViewOp } from "../graph/op.js";
import type { DType } from "../tensor/dtype.js";
import { normalizeAxes, stridesOf } from "../tensor/shape.js";

const WHERE = "reverse(x, axes)";

export const reverseOp: ViewOp<Readonly<{ axes: readonly number[] }>> = {
  name: "reverse",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { axes } }) => {
    if (!Array.isArray(axes)) {
      throw new ShapeError({ code: "AXIS_RANGE", where: WHERE, rule: "axes must be a list of axes", got: typeof axes });
    }
    normalizeAxes(WHERE, axes as readonly number[], x.shape.length);
    return x.type;
  },
  view: (input, _, { axes }) => {
    const strides = stridesOf(input.shape);
    const offset = axes.reduce((sum, axis) => sum + (input.shape[axis]! - 1) * strides[axis]!, 0);
    return { offset, strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)) };
  },
  derivative: { kind: "linear", vjp: ({ cotangent, attrs: { axes } }) => [reverse(cotangent, axes)] },
  doc: { formula: "reverse(x)[i] = x[n - 1 - i]" },
};

/**
 * The elements in the opposite order along axes.
 *
 * @shapes x: D[...S] -> D[...S]
 * @param axes - all of them unless given; negative from the end
 * @throws ShapeError AXIS_RANGE if an axis is not one of x.
 * @example
 * evaluate(reverse(constant([1, 2, 3]))).data; // → [3, 2, 1]
 */
export function reverse<D extends DType>(x: Node<D>, axes?: number | readonly number[]): Node<D> {
  return apply(reverseOp, [x as Node], { axes: normalizeAxes(WHERE, axes, x.shape.length) }) as Node<D>;
}
