/** Test for NaN. */
import { apply } from "../graph/apply.js";
import type { BoolNode, FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { requireDType } from "../graph/type-rules.js";

export const isNaNOp: ElementwiseOp<"bool", [FloatNode]> = {
  name: "isNaN",
  kind: "elementwise",
  parameters: ["x"],
  inferType: ({ op, inputs: [x] }) => {
    requireDType(op, [x], 0, ["f32"]);
    return { dtype: "bool", shape: x.shape };
  },
  reference: () => (x) => Number(Number.isNaN(x)),
  emit: (e, [x]) => e.notEqual(x!, x!),
  derivative: { kind: "none" },
  doc: { formula: "isNaN(x): x is not a number" },
};

/**
 * Whether every element is not a number.
 *
 * @shapes x: f32[...S] -> bool[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(isNaN(constant([1, NaN]))).data; // → [0, 1]
 */
export function isNaN(x: FloatNode): BoolNode {
  return apply(isNaNOp, [x], {});
}
