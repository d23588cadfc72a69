/** Element types. There is no f64: the interpreter has a precision instead. */

/** Element type of a tensor: 32-bit float, 32-bit signed integer (wraps), or truth value. */
export type DType = "f32" | "i32" | "bool";
/** Element types that can be added and multiplied. */
export type NumericDType = "f32" | "i32";

/** All element types, in the order in which they are documented. */
export const DTYPES: readonly DType[] = ["f32", "i32", "bool"];

/** The typed array that holds values of an element type; f32 values may be held at double precision on the host. */
export type TypedArrayOf<D extends DType> = D extends "f32"
  ? Float32Array | Float64Array
  : D extends "i32"
    ? Int32Array
    : Uint8Array;
