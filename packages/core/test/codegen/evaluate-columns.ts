/** The plainest evaluator of lane expressions: one node after the other, each for all elements at once. */
import type { DType } from "@unfold/core";
import type { LaneExpression, LaneOperation } from "../../src/codegen/lane-expression.js";
import { fusedMultiplyAdd } from "./fused-multiply-add.js";

/** The values of an expression, one per element. */
export type Column = Float32Array | Int32Array | Uint8Array;

/** Whether a · b + c is rounded once, as engines with relaxed SIMD do, or twice. */
export type Rounding = "fused" | "unfused";

/** Room for one value per element, at the precision of compiled code. */
export function makeColumn(dtype: DType, count: number): Column {
  return { f32: () => new Float32Array(count), i32: () => new Int32Array(count), bool: () => new Uint8Array(count) }[
    dtype
  ]();
}

/** The columns of expressions; `leaf` makes those of indices and loads, given the columns of the indices a load needs. */
export function columnEvaluator(
  count: number,
  rounding: Rounding,
  leaf: (expression: LaneExpression, evaluate: (expression: LaneExpression) => Column) => Column,
): (expression: LaneExpression) => Column {
  const known = new Map<LaneExpression, Column>();
  const evaluate = (expression: LaneExpression): Column => {
    let column = known.get(expression);
    if (column === undefined) {
      column = make(expression);
      known.set(expression, column);
    }
    return column;
  };
  const make = (expression: LaneExpression): Column => {
    if (expression.kind === "index" || expression.kind === "load") return leaf(expression, evaluate);
    const column = makeColumn(expression.dtype, count);
    if (expression.kind === "constant") return column.fill(expression.value);
    const inputs = expression.inputs.map(evaluate);
    if (expression.kind === "host") {
      for (let i = 0; i < count; i++) column[i] = expression.function(...inputs.map((input) => input[i]!));
    } else {
      const f = scalarFunction(expression.operation, expression.inputs[0]!.dtype, expression.bits, rounding);
      const [a, b, c] = inputs as [Column, Column | undefined, Column | undefined];
      if (b === undefined) for (let i = 0; i < count; i++) column[i] = f(a[i]!, 0, 0);
      else if (c === undefined) for (let i = 0; i < count; i++) column[i] = f(a[i]!, b[i]!, 0);
      else for (let i = 0; i < count; i++) column[i] = f(a[i]!, b[i]!, c[i]!);
    }
    return column;
  };
  return evaluate;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
type Scalar = (a: number, b: number, c: number) => number;

/** What an operation does to one element; storing the result in a column rounds or wraps it. */
function scalarFunction(operation: LaneOperation, dtype: DType, distance: number, rounding: Rounding): Scalar {
  if (operation === "mul" && dtype === "i32") return Math.imul;
  if (operation === "fma" && rounding === "fused") return fusedMultiplyAdd;
  if (operation === "shiftLeft") return (a) => a << distance;
  if (operation === "shiftRight") return (a) => a >> distance;
  if (operation === "shiftRightUnsigned") return (a) => a >>> distance;
  return SCALAR[operation];
}

const SCALAR: Readonly<Record<Exclude<LaneOperation, `shift${string}`>, Scalar>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  trunc: (a) => Math.trunc(a),
  nearest: halfToEven,
  fma: (a, b, c) => Math.fround(a * b) + c,
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  not: (a) => 1 - a,
  select: (condition, a, b) => (condition === 0 ? b : a),
  toInt: (a) => (Number.isNaN(a) ? 0 : Math.min(Math.max(Math.trunc(a), -(2 ** 31)), 2 ** 31 - 1)),
  toFloat: (a) => a,
  fromBool: (a) => a,
  bitsOf: (a) => {
    float[0] = a;
    return bits[0]!;
  },
  floatOf: (a) => {
    bits[0] = a;
    return float[0]!;
  },
};

function halfToEven(a: number): number {
  if (!(Math.abs(a) < 2 ** 23)) return a;
  const shift = 1.5 * 2 ** 52;
  const rounded = a + shift - shift;
  return rounded === 0 && (a < 0 || Object.is(a, -0)) ? -0 : rounded;
}
