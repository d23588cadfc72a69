/** Running sums along an axis. The adjoint runs the other way. */
import { apply } from "../graph/apply.js";
import type { Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { forEachLine } from "../tensor/lines.js";
import { normalizeAxis } from "../tensor/shape.js";
import { eachLine } from "./rules/each-line.js";

type CumulativeAttrs = Readonly<{ axis: number; reverse: boolean; exclusive: boolean }>;

export const cumulativeSumOp: GeneralOp<NumericDType, [Node<NumericDType>], CumulativeAttrs> = {
  name: "cumulativeSum",
  kind: "general",
  parameters: ["x"],
  inferType: numericType,
  reference: ([{ data, shape }], output, { axis, reverse, exclusive }) => {
    forEachLine(shape, axis, (start, stride, count) => {
      let total = 0;
      for (let step = 0; step < count; step++) {
        const position = start + (reverse ? count - 1 - step : step) * stride;
        const before = total;
        total += data[position]!;
        output.data[position] = exclusive ? before : total;
      }
    });
  },
  emit: (e, { inputs: [x] }, { axis, reverse, exclusive }) => {
    const { shape, dtype } = x!;
    e.procedure((p) => {
      eachLine(p, shape, axis, ({ count, at }) => {
        const total = p.total(dtype === "i32" ? dtype : "f32");
        p.repeat(count, (step) => {
          const position = p.variable(at(reverse ? p.sub(p.constant(count - 1, "i32"), step) : step));
          if (exclusive) p.store(position, total);
          p.addTo(total, p.load(0, position));
          if (!exclusive) p.store(position, total);
        });
      });
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ cotangent, attrs }) => [
      apply(cumulativeSumOp, [cotangent], { ...attrs, reverse: !attrs.reverse }) as Node<"f32">,
    ],
  },
  doc: { formula: "cumulativeSum(x)[i] = x[0] + … + x[i]; adjoint: the same from the other end" },
};

/**
 * The running sum along an axis.
 *
 * @shapes x: D[...S] -> D[...S]
 * @param axis - negative from the end
 * @param options - reverse: sum from the end; exclusive: leave out the element itself
 * @throws ShapeError AXIS_RANGE if the axis is not one of x. DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(cumulativeSum(constant([1, 2, 3]), 0)).data; // → [1, 3, 6]
 */
export function cumulativeSum<D extends NumericDType>(
  x: Node<D>,
  axis: number,
  options: { readonly reverse?: boolean; readonly exclusive?: boolean } = {},
): Node<D> {
  const { reverse = false, exclusive = false } = options;
  return apply(cumulativeSumOp, [x], {
    axis: normalizeAxis("cumulativeSum(x, axis)", axis, x.shape.length),
    reverse,
    exclusive,
  }) as Node as Node<D>;
}
