/** Operations on four lanes: floats, integers, and bools as masks of all ones or none. */
import { InternalError } from "../../errors.js";
import type { DType } from "../../tensor/dtype.js";
import type { LaneOperation } from "../lane-expression.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { PlainName } from "../wasm/instructions.js";
import type { Operation } from "./lane-code.js";

/** Instructions by the dtype of the first input; where one is missing, the operation is not defined for it. */
type Table = Partial<Record<LaneOperation, Partial<Record<DType, PlainName>>>>;

const both = (name: "add" | "sub" | "mul" | "neg" | "abs"): Partial<Record<DType, PlainName>> => ({
  f32: `f32x4.${name}`,
  i32: `i32x4.${name}`,
});

const TABLE: Table = {
  add: both("add"),
  sub: both("sub"),
  mul: both("mul"),
  neg: both("neg"),
  abs: both("abs"),
  min: { f32: "f32x4.min", i32: "i32x4.min_s" },
  max: { f32: "f32x4.max", i32: "i32x4.max_s" },
  div: { f32: "f32x4.div" },
  sqrt: { f32: "f32x4.sqrt" },
  floor: { f32: "f32x4.floor" },
  ceil: { f32: "f32x4.ceil" },
  trunc: { f32: "f32x4.trunc" },
  nearest: { f32: "f32x4.nearest" },
  equal: { f32: "f32x4.eq", i32: "i32x4.eq", bool: "i32x4.eq" },
  notEqual: { f32: "f32x4.ne", i32: "i32x4.ne", bool: "i32x4.ne" },
  less: { f32: "f32x4.lt", i32: "i32x4.lt_s" },
  lessEqual: { f32: "f32x4.le", i32: "i32x4.le_s" },
  and: { i32: "v128.and", bool: "v128.and" },
  or: { i32: "v128.or", bool: "v128.or" },
  xor: { i32: "v128.xor", bool: "v128.xor" },
  not: { bool: "v128.not" },
  shiftLeft: { i32: "i32x4.shl" },
  shiftRight: { i32: "i32x4.shr_s" },
  shiftRightUnsigned: { i32: "i32x4.shr_u" },
  toInt: { f32: "i32x4.trunc_sat_f32x4_s" },
  toFloat: { i32: "f32x4.convert_i32x4_s" },
};

/** Leaves the operation's result; `push` leaves the input of that number. */
export function vectorOperation(
  f: FunctionBuilder,
  { operation, inputs, bits, dtype }: Operation,
  push: (input: number) => void,
  relaxed: boolean,
): void {
  switch (operation) {
    case "fma":
      push(0);
      push(1);
      if (!relaxed) f.op("f32x4.mul");
      push(2);
      f.op(relaxed ? "f32x4.relaxed_madd" : "f32x4.add");
      return;
    case "select":
      push(1);
      push(2);
      push(0);
      f.op("v128.bitselect");
      return;
    case "fromBool":
      push(0);
      f.splat(dtype === "f32" ? "f32" : "i32", 1).op("v128.and");
      return;
    case "bitsOf":
    case "floatOf":
      push(0);
      return;
    default:
      for (let input = 0; input < inputs.length; input++) push(input);
      if (operation.startsWith("shift")) f.i32(bits);
      f.op(vectorInstruction(operation, inputs[0]!.dtype));
  }
}

/** The instruction for a dtype. */
export function vectorInstruction(operation: LaneOperation, dtype: DType): PlainName {
  const name = TABLE[operation]?.[dtype];
  if (name === undefined) throw new InternalError("vectorInstruction", `${operation} of ${dtype}`);
  return name;
}
