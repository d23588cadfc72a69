/** Lane operations as WebAssembly instructions: on vectors of four, or on one element. Truth values are masks in vectors, 0 and 1 alone. */
import { InternalError } from "../../errors.js";
import type { DType } from "../../tensor/dtype.js";
import type { LaneExpression, LaneOperation } from "../lane-expression.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { PlainName, ValueType } from "../wasm/instructions.js";

type Names = Readonly<Partial<Record<LaneOperation, PlainName | readonly [f32: PlainName, i32: PlainName]>>>;

/** Operations that are one instruction, by the dtype of their first operand. */
const VECTOR: Names = {
  add: ["f32x4.add", "i32x4.add"],
  sub: ["f32x4.sub", "i32x4.sub"],
  mul: ["f32x4.mul", "i32x4.mul"],
  div: "f32x4.div",
  min: ["f32x4.min", "i32x4.min_s"],
  max: ["f32x4.max", "i32x4.max_s"],
  neg: ["f32x4.neg", "i32x4.neg"],
  abs: ["f32x4.abs", "i32x4.abs"],
  sqrt: "f32x4.sqrt",
  floor: "f32x4.floor",
  ceil: "f32x4.ceil",
  trunc: "f32x4.trunc",
  nearest: "f32x4.nearest",
  equal: ["f32x4.eq", "i32x4.eq"],
  notEqual: ["f32x4.ne", "i32x4.ne"],
  less: ["f32x4.lt", "i32x4.lt_s"],
  lessEqual: ["f32x4.le", "i32x4.le_s"],
  and: "v128.and",
  or: "v128.or",
  xor: "v128.xor",
  not: "v128.not",
  toInt: "i32x4.trunc_sat_f32x4_s",
  toFloat: "f32x4.convert_i32x4_s",
};
const SCALAR: Names = {
  add: ["f32.add", "i32.add"],
  sub: ["f32.sub", "i32.sub"],
  mul: ["f32.mul", "i32.mul"],
  div: "f32.div",
  sqrt: "f32.sqrt",
  floor: "f32.floor",
  ceil: "f32.ceil",
  trunc: "f32.trunc",
  nearest: "f32.nearest",
  equal: ["f32.eq", "i32.eq"],
  notEqual: ["f32.ne", "i32.ne"],
  less: ["f32.lt", "i32.lt_s"],
  lessEqual: ["f32.le", "i32.le_s"],
  and: "i32.and",
  or: "i32.or",
  xor: "i32.xor",
  not: "i32.eqz",
  toInt: "i32.trunc_sat_f32_s",
  toFloat: "f32.convert_i32_s",
  bitsOf: "i32.reinterpret_f32",
  floatOf: "f32.reinterpret_i32",
};
const SHIFTS = {
  shiftLeft: ["i32x4.shl", "i32.shl"],
  shiftRight: ["i32x4.shr_s", "i32.shr_s"],
  shiftRightUnsigned: ["i32x4.shr_u", "i32.shr_u"],
} as const;

/** How values are held. */
export interface LaneMode {
  readonly isVector: boolean;
  /** fma is one instruction. */
  readonly isFused: boolean;
}

/** The type of a local that holds a lane value. */
export function laneType(mode: LaneMode, dtype: DType): ValueType {
  if (mode.isVector) return "v128";
  return dtype === "f32" ? "f32" : "i32";
}

/** Leaves a constant on the stack. */
export function emitConstant(f: FunctionBuilder, mode: LaneMode, dtype: DType, value: number): void {
  if (!mode.isVector) {
    if (dtype === "f32") f.f32(value);
    else f.i32(value);
  } else if (dtype === "bool") f.splat("i32", value === 0 ? 0 : -1);
  else f.splat(dtype, value);
}

/** Combines two values on the stack that are accumulated. */
export function emitCombine(f: FunctionBuilder, mode: LaneMode, dtype: DType, combine: "add" | "min" | "max"): void {
  if (mode.isVector || combine === "add" || dtype === "f32") {
    const names = mode.isVector ? VECTOR : ({ ...SCALAR, min: "f32.min", max: "f32.max" } satisfies Names);
    f.op(nameOf(names, combine, dtype)!);
    return;
  }
  const [a, b] = [f.local("i32"), f.local("i32")];
  f.set(b)
    .set(a)
    .get(a)
    .get(b)
    .get(a)
    .get(b)
    .op(combine === "min" ? "i32.lt_s" : "i32.gt_s")
    .op("select");
  f.free(a, b);
}

/** Emits an operation; `operand(i)` leaves an operand on the stack. */
export function emitOperation(
  f: FunctionBuilder,
  mode: LaneMode,
  expression: LaneExpression & { readonly kind: "operation" },
  operand: (i: number) => void,
): void {
  const { operation, inputs, bits } = expression;
  const all = (): void => {
    inputs.forEach((_, i) => {
      operand(i);
    });
  };
  const dtype = inputs[operation === "select" ? 1 : 0]!.dtype;
  if (operation in SHIFTS) {
    all();
    const [vector, scalar] = SHIFTS[operation as keyof typeof SHIFTS];
    f.i32(bits).op(mode.isVector ? vector : scalar);
    return;
  }
  const name = nameOf(mode.isVector ? VECTOR : SCALAR, operation, dtype);
  if (name !== undefined) {
    all();
    f.op(name);
  } else if (operation === "fma") emitFma(f, mode, operand);
  else if (operation === "select") {
    operand(1);
    operand(2);
    operand(0);
    f.op(mode.isVector ? "v128.bitselect" : "select");
  } else if (operation === "fromBool") {
    operand(0);
    emitFromBool(f, mode, expression.dtype);
  } else if (operation === "bitsOf" || operation === "floatOf") operand(0);
  else emitScalarOnly(f, operation, dtype, operand);
}

function nameOf(names: Names, operation: LaneOperation, dtype: DType): PlainName | undefined {
  const found = names[operation];
  return typeof found === "string" || found === undefined ? found : found[dtype === "f32" ? 0 : 1];
}

function emitFma(f: FunctionBuilder, mode: LaneMode, operand: (i: number) => void): void {
  operand(0);
  operand(1);
  if (mode.isVector && mode.isFused) {
    operand(2);
    f.op("f32x4.relaxed_madd");
    return;
  }
  f.op(mode.isVector ? "f32x4.mul" : "f32.mul");
  operand(2);
  f.op(mode.isVector ? "f32x4.add" : "f32.add");
}

function emitFromBool(f: FunctionBuilder, mode: LaneMode, dtype: DType): void {
  if (mode.isVector) {
    // A mask keeps the bits of one.
    emitConstant(f, mode, dtype, 1);
    f.op("v128.and");
  } else if (dtype === "f32") f.op("f32.convert_i32_s");
}

/** What one element needs several instructions for. */
function emitScalarOnly(
  f: FunctionBuilder,
  operation: LaneOperation,
  dtype: DType,
  operand: (i: number) => void,
): void {
  const isFloat = dtype === "f32";
  switch (operation) {
    case "min":
    case "max":
      operand(0);
      operand(1);
      emitCombine(f, { isVector: false, isFused: false }, dtype, operation);
      return;
    case "neg":
      if (isFloat) {
        operand(0);
        f.op("f32.neg");
      } else {
        f.i32(0);
        operand(0);
        f.op("i32.sub");
      }
      return;
    case "abs": {
      operand(0);
      if (isFloat) {
        f.op("f32.abs");
        return;
      }
      const x: Local = f.local("i32");
      f.set(x).i32(0).get(x).op("i32.sub").get(x).get(x).i32(0).op("i32.lt_s").op("select");
      f.free(x);
      return;
    }
    default:
      throw new InternalError("lane code", `no instructions for ${operation}`);
  }
}
