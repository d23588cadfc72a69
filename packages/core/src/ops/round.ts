/** Rounding, halves to even. */
import { apply } from "../graph/apply.js";
import type { FloatNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { floatType } from "../graph/type-rules.js";

/** Math.round takes halves upwards and loses -0. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const distance = x - below;
  const isUp = distance > 0.5 || (distance === 0.5 && below % 2 !== 0);
  const rounded = isUp ? below + 1 : below;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

export const roundOp: ElementwiseOp<"f32", [FloatNode]> = {
  name: "round",
  kind: "elementwise",
  parameters: ["x"],
  inferType: floatType,
  reference: () => roundHalfToEven,
  emit: (e, [x]) => e.nearest(x!),
  derivative: { kind: "none" },
  doc: { formula: "round(x): the nearest whole number, halves to the even one" },
};

/**
 * The nearest whole number to each element; halves go to the even one, as in IEEE 754 and NumPy.
 *
 * round(2.5) = 2, round(3.5) = 4
 *
 * It is constant between its jumps, so no derivative flows through it: a path ends here.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not f32.
 * @example
 * evaluate(round(constant([0.5, 1.5, -2.5, 0.7]))).data; // → [0, 2, -2, 1]
 */
export function round(x: FloatNode): FloatNode {
  return apply(roundOp, [x], {});
}
