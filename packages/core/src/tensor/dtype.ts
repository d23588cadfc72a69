/** Element types. There is no f64: the interpreter has a precision instead. */
import { DTypeError } from "../errors.js";

/** Element type of a tensor: 32-bit float, 32-bit signed integer (wraps), or truth value. */
export type DType = "f32" | "i32" | "bool";
/** Element types that can be added and multiplied. */
export type NumericDType = "f32" | "i32";

/** All element types, in the order in which they are documented. */
export const DTYPES: readonly DType[] = ["f32", "i32", "bool"];

/** Throws unless the dtype is one of the three. */
export function checkDType(where: string, dtype: unknown): void {
  if (DTYPES.some((known) => known === dtype)) return;
  throw new DTypeError({
    code: "DTYPE_UNKNOWN",
    where,
    rule: `the dtype must be ${DTYPES.join(", ")}`,
    got: String(dtype),
    fix: 'There is no f64: createRuntime({ precision: "f64" }) computes at double precision',
  });
}

/** The typed array that holds values of an element type; f32 values may be held at double precision on the host. */
export type TypedArrayOf<D extends DType> = D extends "f32"
  ? Float32Array | Float64Array
  : D extends "i32"
    ? Int32Array
    : Uint8Array;
