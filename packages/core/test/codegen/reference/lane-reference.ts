/** Lane operations on JavaScript numbers, one element at a time: what compiled code must compute, bit for bit. */
import type { LaneExpression } from "../../../src/codegen/lane-expression.js";
import { fusedMultiplyAdd } from "./fused-multiply-add.js";

type Operation = Extract<LaneExpression, { kind: "operation" }>;
type Elementwise = (a: number, b: number, c: number) => number;

/** The whole part as an i32: saturated, 0 for NaN. */
export function toInteger(a: number): number {
  return Number.isNaN(a) ? 0 : Math.min(Math.max(Math.trunc(a), -(2 ** 31)), 2 ** 31 - 1) | 0;
}

const bits = new DataView(new ArrayBuffer(4));

const FLOATS: Partial<Record<Operation["operation"], Elementwise>> = {
  add: (a, b) => Math.fround(a + b),
  sub: (a, b) => Math.fround(a - b),
  mul: (a, b) => Math.fround(a * b),
  div: (a, b) => Math.fround(a / b),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.fround(Math.sqrt(a)),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  trunc: (a) => Math.trunc(a),
  nearest: (a) => {
    const low = Math.floor(a);
    const rest = a - low;
    if (!Number.isFinite(a) || rest === 0) return a;
    const isUp = rest > 0.5 || (rest === 0.5 && low % 2 !== 0);
    const near = isUp ? low + 1 : low;
    return near === 0 && a < 0 ? -0 : near;
  },
  toInt: toInteger,
  bitsOf: (a) => {
    bits.setFloat32(0, a);
    return bits.getInt32(0);
  },
};

const INTEGERS: Partial<Record<Operation["operation"], Elementwise>> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: (a, b) => Math.imul(a, b),
  neg: (a) => -a | 0,
  abs: (a) => Math.abs(a) | 0,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  toFloat: (a) => Math.fround(a),
  floatOf: (a) => {
    bits.setInt32(0, a);
    return bits.getFloat32(0);
  },
};

const ANY: Partial<Record<Operation["operation"], Elementwise>> = {
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  not: (a) => 1 - a,
  select: (condition, a, b) => (condition === 1 ? a : b),
  fromBool: (a) => a,
};

/** What the operation does to one element; `isFused`: fma rounds once. */
export function laneFunction({ operation, inputs, bits: distance }: Operation, isFused: boolean): Elementwise {
  switch (operation) {
    case "fma":
      return isFused ? fusedMultiplyAdd : (a, b, c) => Math.fround(Math.fround(a * b) + c);
    case "shiftLeft":
      return (a) => a << distance;
    case "shiftRight":
      return (a) => a >> distance;
    case "shiftRightUnsigned":
      return (a) => (a >>> distance) | 0;
    default: {
      const own = inputs[0]!.dtype === "f32" ? FLOATS : INTEGERS;
      const f = own[operation] ?? INTEGERS[operation] ?? ANY[operation];
      if (f === undefined) throw new Error(`no reference for ${operation}`);
      return f;
    }
  }
}
