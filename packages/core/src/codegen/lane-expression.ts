/** Expressions over lanes: what ops say through `LaneEmitter`, as data that is printed, compared and emitted. */
import type { Element, Lane, LaneEmitter, Variable } from "../graph/emitter.js";
import type { DType } from "../tensor/dtype.js";
import type { Access } from "./loop-nest.js";

/** Operations on one element per lane. */
export type LaneOperation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "nearest"
  | "fma"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "shiftLeft"
  | "shiftRight"
  | "shiftRightUnsigned"
  | "select"
  | "toInt"
  | "toFloat"
  | "fromBool"
  | "bitsOf"
  | "floatOf";

/** A JavaScript function that compiled code calls element by element. */
export type HostFunction = (...elements: number[]) => number;

/** What a variable of a procedure holds, by its number. */
export type VariableExpression = Variable & { readonly number: number };

/** An element in memory. */
export type LoadExpression = Element & { readonly access: Access };

/** A node of an expression; equal expressions of one builder are one object. */
export type LaneExpression = Lane &
  (
    | { readonly kind: "constant"; readonly value: number }
    | { readonly kind: "index"; readonly axis: number }
    | LoadExpression
    | {
        readonly kind: "operation";
        readonly operation: LaneOperation;
        readonly inputs: readonly LaneExpression[];
        /** Distance of a shift. */
        readonly bits: number;
      }
    | VariableExpression
    | { readonly kind: "host"; readonly function: HostFunction; readonly inputs: readonly LaneExpression[] }
  );

/** A lane emitter that makes expressions, and the leaves that loops add. */
export interface ExpressionBuilder extends LaneEmitter {
  index(axis: number): LaneExpression;
  load(access: Access, dtype: DType): LoadExpression;
}

/** A lane as this module made it: nobody else makes lanes. */
export function asExpression(lane: Lane): LaneExpression {
  return lane as LaneExpression;
}

/** An element as this module made it. */
export function asLoad(element: Element): LoadExpression {
  return element as LoadExpression;
}

/** A builder; expressions of different builders must not be mixed. */
export function expressionBuilder(): ExpressionBuilder {
  const known = new Map<string, LaneExpression>();
  const numbers = new Map<object, number>();
  const numberOf = (object: object): number => {
    const number = numbers.get(object) ?? numbers.size;
    numbers.set(object, number);
    return number;
  };
  const intern = <E extends LaneExpression>(key: string, make: () => E): E => {
    let found = known.get(key) as E | undefined;
    if (found === undefined) {
      found = make();
      known.set(key, found);
    }
    return found;
  };
  const operate = (operation: LaneOperation, dtype: DType, operands: readonly Lane[], bits = 0): LaneExpression => {
    const inputs = operands.map(asExpression);
    return intern(`${operation} ${dtype} ${bits} ${inputs.map(numberOf).join()}`, () => ({
      kind: "operation",
      dtype,
      operation,
      inputs,
      bits,
    }));
  };
  const same =
    (operation: LaneOperation) =>
    (...operands: Lane[]): LaneExpression =>
      operate(operation, operands[0]!.dtype, operands);
  const compare =
    (operation: LaneOperation) =>
    (a: Lane, b: Lane): LaneExpression =>
      operate(operation, "bool", [a, b]);
  const shift =
    (operation: LaneOperation) =>
    (a: Lane, bits: number): LaneExpression =>
      operate(operation, "i32", [a], bits);
  return {
    constant: (value, dtype) =>
      intern(`constant ${dtype} ${Object.is(value, -0) ? "-0" : value}`, () => ({ kind: "constant", dtype, value })),
    index: (axis) => intern(`index ${axis}`, () => ({ kind: "index", dtype: "i32", axis })),
    load: (access, dtype) =>
      intern(
        `load ${dtype} ${access.operand} ${access.constant} ${access.strides.join()} ${access.indirect
          .map(({ index, stride, extent }) => `${numberOf(index)}:${stride}:${extent}`)
          .join()}`,
        () => ({ kind: "load", dtype, access }),
      ),
    add: same("add"),
    sub: same("sub"),
    mul: same("mul"),
    div: same("div"),
    min: same("min"),
    max: same("max"),
    neg: same("neg"),
    abs: same("abs"),
    sqrt: same("sqrt"),
    floor: same("floor"),
    ceil: same("ceil"),
    trunc: same("trunc"),
    nearest: same("nearest"),
    fma: same("fma"),
    equal: compare("equal"),
    notEqual: compare("notEqual"),
    less: compare("less"),
    lessEqual: compare("lessEqual"),
    and: same("and"),
    or: same("or"),
    xor: same("xor"),
    not: same("not"),
    shiftLeft: shift("shiftLeft"),
    shiftRight: shift("shiftRight"),
    shiftRightUnsigned: shift("shiftRightUnsigned"),
    select: (condition, a, b) => operate("select", a.dtype, [condition, a, b]),
    toInt: (a) => operate("toInt", "i32", [a]),
    toFloat: (a) => operate("toFloat", "f32", [a]),
    fromBool: (a, dtype) => operate("fromBool", dtype, [a]),
    bitsOf: (a) => operate("bitsOf", "i32", [a]),
    floatOf: (a) => operate("floatOf", "f32", [a]),
    host: (f, dtype, ...operands) => {
      const inputs = operands.map(asExpression);
      return intern(`host ${dtype} ${numberOf(f)} ${inputs.map(numberOf).join()}`, () => ({
        kind: "host",
        dtype,
        function: f,
        inputs,
      }));
    },
  };
}
