/** Conversion between dtypes. */
import { apply } from "../graph/apply.js";
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { checkDType, type DType } from "../tensor/dtype.js";

export const castOp: ElementwiseOp<DType, [Node], Readonly<{ dtype: DType }>> = {
  name: "cast",
  kind: "elementwise",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { dtype } }) => ({ dtype, shape: x.shape }),
  reference: ({ dtype }) => CONVERSIONS[dtype],
  emit: (e, [x], { dtype }) => {
    if (dtype === x!.dtype) return x!;
    if (dtype === "bool") return e.notEqual(x!, e.constant(0, x!.dtype));
    if (x!.dtype === "bool") return e.fromBool(x!, dtype);
    return dtype === "f32" ? e.toFloat(x!) : e.toInt(x!);
  },
  derivative: { kind: "none" },
  doc: {
    formula: "cast(x, dtype): f32 to i32 truncates and saturates; bool is 0 or 1",
    source: "WebAssembly 2.0, trunc_sat",
  },
};

const CONVERSIONS: Readonly<Record<DType, (x: number) => number>> = {
  f32: (x) => x,
  i32: (x) => (Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 31 - 1)),
  bool: (x) => Number(x !== 0),
};

/**
 * The elements under another dtype. From f32 to i32 they are truncated towards 0 and kept in [-2^31, 2^31 - 1], NaN
 * becomes 0; truth values become 0 and 1; every number but 0 becomes true. i32 above 2^24 lose digits as f32.
 *
 * No derivative flows through it; a cast to the dtype it has is the node itself.
 *
 * @shapes x: D[...S] -> dtype[...S]
 * @throws DTypeError DTYPE_UNKNOWN if the dtype is not f32, i32 or bool.
 * @example
 * evaluate(cast(constant([1.7, -1.7]), "i32")).data; // → [1, -1]
 * @source WebAssembly 2.0, trunc_sat_s
 */
export function cast<D extends DType>(x: Node, dtype: D): Node<D> {
  checkDType("cast(x, dtype)", dtype);
  return (x.dtype === dtype ? x : apply(castOp, [x], { dtype })) as Node<D>;
}
