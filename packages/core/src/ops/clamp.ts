/** Clamping to a range. */
import { ValueError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { Lane } from "../graph/emitter.js";
import type { Node } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { numericType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { cast } from "./cast.js";
import { greaterEqual, lessEqual } from "./comparisons.js";
import { logicalAnd } from "./logical.js";

type Bounds = Readonly<{ min: number; max: number }>;

const SMALLEST_INTEGER = -(2 ** 31);
const LARGEST_INTEGER = 2 ** 31 - 1;

export const clampOp: ElementwiseOp<NumericDType, [Node<NumericDType>], Bounds> = {
  name: "clamp",
  kind: "elementwise",
  parameters: ["x"],
  inferType: (context) => {
    const { min, max } = context.attrs;
    if (!(min <= max) || typeof (min as unknown) !== "number" || typeof (max as unknown) !== "number") {
      throw badRange("min must be ≤ max", min, max);
    }
    return numericType(context);
  },
  reference:
    ({ min, max }) =>
    (x) =>
      Math.min(Math.max(x, min), max),
  emit: (e, [x], { min, max }) => {
    const { dtype } = x!;
    // Bounds that no i32 reaches wrap as every i32 does.
    if (dtype === "i32" && min > LARGEST_INTEGER) return e.constant(min | 0, dtype);
    if (dtype === "i32" && max < SMALLEST_INTEGER) return e.constant(max | 0, dtype);
    const bound = (value: number): Lane => {
      const isInteger = dtype === "i32";
      return e.constant(isInteger ? Math.min(Math.max(value, SMALLEST_INTEGER), LARGEST_INTEGER) : value, dtype);
    };
    return e.min(e.max(x!, bound(min)), bound(max));
  },
  derivative: {
    kind: "partials",
    partials: ({ inputs: [x], attrs: { min, max } }) => [
      cast(logicalAnd(greaterEqual(x, min), lessEqual(x, max)), "f32"),
    ],
  },
  doc: { formula: "clamp(x) = min(max(x, lower), upper); d/dx = 1 inside the closed range, 0 outside" },
};

/**
 * Every element moved into [min, max]. NaN stays NaN.
 *
 * clamp(x) = min(max(x, lower), upper)
 *
 * The derivative is 1 in the closed range and 0 outside.
 *
 * @shapes x: D[...S] -> D[...S]
 * @param min - lower bound; -Infinity for none; of integers, rounded up
 * @param max - upper bound, ≥ min; Infinity for none; of integers, rounded down
 * @throws ValueError CLAMP_RANGE if min > max or one is NaN. DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(clamp(constant([-2, 0.5, 3]), 0, 1)).data; // → [0, 0.5, 1]
 */
export function clamp<D extends NumericDType>(x: Node<D>, min: number, max: number): Node<D> {
  const [lower, upper] = x.dtype === "i32" ? [Math.ceil(min), Math.floor(max)] : [min, max];
  if (x.dtype === "i32" && min <= max && lower > upper) {
    throw badRange("there must be an integer between min and max", min, max);
  }
  return apply(clampOp, [x], { min: lower, max: upper }) as Node as Node<D>;
}

function badRange(rule: string, min: number, max: number): ValueError {
  return new ValueError({ code: "CLAMP_RANGE", where: "clamp(x, min, max)", rule, got: `${min} and ${max}` });
}
