/** Lane expressions, element by element, every f32 result rounded: as plain as can be, to hold compiled code against. */
import type { LaneExpression, LaneOperation } from "../../../src/codegen/lane-expression.js";
import type { Access } from "../../../src/codegen/loop-nest.js";

/** Reads an element for the current index. */
export type ReadElement = (access: Access, dtype: LaneExpression["dtype"]) => number;

const bits = new DataView(new ArrayBuffer(4));

/** The value of an expression at an index; `known` holds values of this index. */
export function evaluateLane(
  expression: LaneExpression,
  index: readonly number[],
  read: ReadElement,
  known: Map<LaneExpression, number>,
): number {
  const found = known.get(expression);
  if (found !== undefined) return found;
  const value = compute(expression, index, read, known);
  known.set(expression, value);
  return value;
}

function compute(
  expression: LaneExpression,
  index: readonly number[],
  read: ReadElement,
  known: Map<LaneExpression, number>,
): number {
  const inputs = "inputs" in expression ? expression.inputs : [];
  const values = inputs.map((input) => evaluateLane(input, index, read, known));
  switch (expression.kind) {
    case "constant":
      return expression.dtype === "f32" ? Math.fround(expression.value) : expression.value;
    case "index":
      return index[expression.axis]!;
    case "load":
      return read(expression.access, expression.dtype);
    case "host": {
      const result = expression.function(...values);
      return expression.dtype === "f32" ? Math.fround(result) : result;
    }
    case "operation": {
      const isFloat = inputs[expression.operation === "select" ? 1 : 0]!.dtype === "f32";
      const result = operate(expression.operation, values, isFloat, expression.bits);
      return expression.dtype === "f32" ? Math.fround(result) : result;
    }
  }
}

function operate(
  operation: LaneOperation,
  [a = 0, b = 0, c = 0]: number[],
  isFloat: boolean,
  distance: number,
): number {
  switch (operation) {
    case "add":
      return isFloat ? a + b : (a + b) | 0;
    case "sub":
      return isFloat ? a - b : (a - b) | 0;
    case "mul":
      return isFloat ? a * b : Math.imul(a, b);
    case "div":
      return a / b;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "neg":
      return isFloat ? -a : -a | 0;
    case "abs":
      return isFloat ? Math.abs(a) : Math.abs(a) | 0;
    case "sqrt":
      return Math.sqrt(a);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    case "trunc":
      return Math.trunc(a);
    case "nearest":
      return nearest(a);
    case "fma":
      return Math.fround(a * b) + c;
    case "equal":
      return Number(a === b);
    case "notEqual":
      return Number(a !== b);
    case "less":
      return Number(a < b);
    case "lessEqual":
      return Number(a <= b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "not":
      return 1 - a;
    case "shiftLeft":
      return a << distance;
    case "shiftRight":
      return a >> distance;
    case "shiftRightUnsigned":
      return (a >>> distance) | 0;
    case "select":
      return a === 0 ? c : b;
    case "toInt":
      return Number.isNaN(a) ? 0 : Math.min(Math.max(Math.trunc(a), -(2 ** 31)), 2 ** 31 - 1);
    case "toFloat":
    case "fromBool":
      return a;
    case "bitsOf":
      bits.setFloat32(0, a);
      return bits.getInt32(0);
    case "floatOf":
      bits.setInt32(0, a);
      return bits.getFloat32(0);
  }
}

function nearest(x: number): number {
  const below = Math.floor(x);
  const distance = x - below;
  const rounded = distance > 0.5 || (distance === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}
