/** The least, or largest, of floats and a constant. */
import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { Operation } from "./lane-code.js";

/**
 * Leaves the result, if it can be had cheaply: engines take one instruction where the order of operands may decide on NaN
 * and zeros, and eight where it may not. The constant is not NaN; if it is a zero that comes last of two zeros, adding 0
 * makes the other one equal to it.
 */
export function writeLimit(
  f: FunctionBuilder,
  { operation, inputs }: Operation,
  push: (input: number) => void,
): boolean {
  if (operation !== "min" && operation !== "max") return false;
  const limit = inputs.findIndex(({ kind, dtype }) => kind === "constant" && dtype === "f32");
  const constant = inputs[limit];
  if (constant?.kind !== "constant" || Number.isNaN(constant.value)) return false;
  const value = Math.fround(constant.value);
  if (operation === "min" && Object.is(value, -0)) return false;
  push(1 - limit);
  push(limit);
  f.op(operation === "max" ? "f32x4.pmax" : "f32x4.pmin");
  if (operation === "max" && Object.is(value, 0)) {
    push(limit);
    f.op("f32x4.add");
  }
  return true;
}
