/** Counting numbers. */
import { apply } from "../graph/apply.js";
import type { Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import type { NumericDType } from "../tensor/dtype.js";
import { checkShape } from "../tensor/shape.js";

export const iotaOp: GeneralOp<NumericDType, [], Readonly<{ count: number; dtype: NumericDType }>> = {
  name: "iota",
  kind: "general",
  parameters: [],
  inferType: ({ attrs: { count, dtype } }) => ({ dtype, shape: checkShape("iota(count)", [count]) }),
  reference: (_, output) => {
    for (let i = 0; i < output.data.length; i++) output.data[i] = i;
  },
  emit: (e, _, { count, dtype }) => {
    e.loop([count], (body) => {
      const index = body.index(0);
      body.store({ constant: 0, strides: [1] }, dtype === "i32" ? index : body.toFloat(index));
    });
  },
  derivative: { kind: "none" },
  doc: { formula: "iota(n) = [0, 1, …, n - 1]" },
};

/**
 * The numbers 0, 1, …, count - 1.
 *
 * @shapes -> D[count]
 * @param dtype - i32 unless given
 * @throws ShapeError SHAPE_EXTENT if count is not a whole number ≥ 0.
 * @example
 * evaluate(iota(3)).data; // → [0, 1, 2]
 */
export function iota<D extends NumericDType = "i32">(count: number, dtype?: D): Node<D> {
  return apply(iotaOp, [], { count, dtype: dtype ?? "i32" }) as Node as Node<D>;
}
