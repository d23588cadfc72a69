/** Operations on one element: floats, integers, and bools as 0 or 1. */
import { InternalError } from "../../errors.js";
import type { DType } from "../../tensor/dtype.js";
import type { LaneOperation } from "../lane-expression.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { PlainName } from "../wasm/instructions.js";
import type { Operation } from "./lane-code.js";

/** Instructions by the dtype of the first input; what is missing takes more than one. */
type Table = Partial<Record<LaneOperation, Partial<Record<DType, PlainName>>>>;

const TABLE: Table = {
  add: { f32: "f32.add", i32: "i32.add" },
  sub: { f32: "f32.sub", i32: "i32.sub" },
  mul: { f32: "f32.mul", i32: "i32.mul" },
  neg: { f32: "f32.neg" },
  abs: { f32: "f32.abs" },
  min: { f32: "f32.min" },
  max: { f32: "f32.max" },
  div: { f32: "f32.div" },
  sqrt: { f32: "f32.sqrt" },
  floor: { f32: "f32.floor" },
  ceil: { f32: "f32.ceil" },
  trunc: { f32: "f32.trunc" },
  nearest: { f32: "f32.nearest" },
  equal: { f32: "f32.eq", i32: "i32.eq", bool: "i32.eq" },
  notEqual: { f32: "f32.ne", i32: "i32.ne", bool: "i32.ne" },
  less: { f32: "f32.lt", i32: "i32.lt_s" },
  lessEqual: { f32: "f32.le", i32: "i32.le_s" },
  and: { i32: "i32.and", bool: "i32.and" },
  or: { i32: "i32.or", bool: "i32.or" },
  xor: { i32: "i32.xor", bool: "i32.xor" },
  not: { bool: "i32.eqz" },
  shiftLeft: { i32: "i32.shl" },
  shiftRight: { i32: "i32.shr_s" },
  shiftRightUnsigned: { i32: "i32.shr_u" },
  toInt: { f32: "i32.trunc_sat_f32_s" },
  toFloat: { i32: "f32.convert_i32_s" },
  bitsOf: { f32: "i32.reinterpret_f32" },
  floatOf: { i32: "f32.reinterpret_i32" },
};

/** Leaves the operation's result; `push` leaves the input of that number. */
export function scalarOperation(
  f: FunctionBuilder,
  { operation, inputs, bits, dtype }: Operation,
  push: (input: number) => void,
): void {
  switch (operation) {
    case "fma":
      push(0);
      push(1);
      f.op("f32.mul");
      push(2);
      f.op("f32.add");
      return;
    case "select":
      push(1);
      push(2);
      push(0);
      f.op("select");
      return;
    case "fromBool":
      push(0);
      if (dtype === "f32") f.op("f32.convert_i32_s");
      return;
    default:
      for (let input = 0; input < inputs.length; input++) push(input);
      if (operation.startsWith("shift")) f.i32(bits);
      scalarInstructions(f, operation, inputs[0]!.dtype);
  }
}

/** What is done with operands on the stack. */
export function scalarInstructions(f: FunctionBuilder, operation: LaneOperation, dtype: DType): void {
  const name = TABLE[operation]?.[dtype];
  if (name !== undefined) {
    f.op(name);
    return;
  }
  const [a, b] = [f.local("i32"), f.local("i32")];
  if (dtype === "i32" && operation === "neg") f.set(a).i32(0).get(a).op("i32.sub");
  else if (dtype === "i32" && operation === "abs") {
    f.tee(a).get(a).i32(31).op("i32.shr_s").tee(b).op("i32.xor").get(b).op("i32.sub");
  } else if (dtype === "i32" && (operation === "min" || operation === "max")) {
    f.set(b).tee(a).get(b).get(a).get(b);
    f.op(operation === "min" ? "i32.lt_s" : "i32.gt_s").op("select");
  } else throw new InternalError("scalarInstructions", `${operation} of ${dtype}`);
  f.free(a, b);
}
