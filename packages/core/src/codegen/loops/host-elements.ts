/** Elements on their way to JavaScript functions and back: numbers of double precision. */
import type { DType } from "../../tensor/dtype.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";

/** The element on the stack, a bool as 0 or 1, as f64. */
export function toHost(f: FunctionBuilder, dtype: DType): void {
  f.op(dtype === "f32" ? "f64.promote_f32" : "f64.convert_i32_s");
}

/** The f64 on the stack as an element, a bool as 0 or 1. */
export function fromHost(f: FunctionBuilder, dtype: DType): void {
  if (dtype === "f32") f.op("f32.demote_f64");
  else if (dtype === "i32") f.op("i32.trunc_sat_f64_s");
  else f.f64(0).op("f64.ne");
}
