/** Floor. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";

export const floorOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "floor",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => Math.floor,
  emit: (e, [x]) => e.floor(x!),
  derivative: { kind: "none" },
  doc: { formula: "floor(x): the largest whole number ≤ x" },
};

/**
 * The largest whole number not above each element.
 *
 * floor(x) = ⌊x⌋
 *
 * It is constant between its jumps, so no derivative flows through it: a path ends here.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(floor(constant([1.7, -1.2]))).data; // → [1, -2]
 */
export function floor(x: FloatNode): FloatNode {
  return apply(floorOp, [x], {});
}
