/** Random expressions over lanes. */
import type { ExpressionBuilder, LaneExpression } from "../../../src/codegen/lane-expression.js";
import type { Lane } from "../../../src/graph/emitter.js";
import type { DType } from "../../../src/tensor/dtype.js";
import type { Choose } from "./choose.js";

/** Expressions to choose from, by their dtype. */
export type Pool = Record<DType, Lane[]>;

export const SPECIAL: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  3.5,
  1e-45,
  -1e-40,
  1.5e38,
  -3e38,
  2 ** 31,
  -(2 ** 31),
  16777217,
  Infinity,
  -Infinity,
  NaN,
];

type Build = (b: ExpressionBuilder, f: () => Lane, i: () => Lane, t: () => Lane, choose: Choose) => Lane;

// Functions of the host by their number of elements; one object each, as compiled code knows them by identity.
const triple = (a: number): number => 3 * a + 1;
const mix = (a: number, b: number): number => a - 2 * b;
const largest = (a: number, b: number, c: number): number => Math.max(a, b, c);
const isOdd = (a: number): number => (Math.abs(a) % 2 === 1 ? 1 : 0);

/** Operations, each with operands of f32, i32 or bool. */
const OPERATIONS: readonly Build[] = [
  (b, f) => b.add(f(), f()),
  (b, f) => b.sub(f(), f()),
  (b, f) => b.mul(f(), f()),
  (b, f) => b.div(f(), f()),
  (b, f) => b.min(f(), f()),
  (b, f) => b.max(f(), f()),
  (b, f) => b.neg(f()),
  (b, f) => b.abs(f()),
  (b, f) => b.sqrt(f()),
  (b, f) => b.floor(f()),
  (b, f) => b.ceil(f()),
  (b, f) => b.trunc(f()),
  (b, f) => b.nearest(f()),
  (b, f) => b.fma(f(), f(), f()),
  (b, f) => b.fma(f(), f(), f()),
  (b, f) => b.equal(f(), f()),
  (b, f) => b.notEqual(f(), f()),
  (b, f) => b.less(f(), f()),
  (b, f) => b.lessEqual(f(), f()),
  (b, f) => b.toInt(f()),
  (b, f, _, t) => b.select(t(), f(), f()),
  // The bits of NaN are the engine's business.
  (b, f) => {
    const x = f();
    return b.bitsOf(b.select(b.equal(x, x), x, b.constant(7, "f32")));
  },
  (b, _, i) => b.add(i(), i()),
  (b, _, i) => b.sub(i(), i()),
  (b, _, i) => b.mul(i(), i()),
  (b, _, i) => b.neg(i()),
  (b, _, i) => b.abs(i()),
  (b, _, i) => b.min(i(), i()),
  (b, _, i) => b.max(i(), i()),
  (b, _, i) => b.and(i(), i()),
  (b, _, i) => b.or(i(), i()),
  (b, _, i) => b.xor(i(), i()),
  (b, _, i) => b.equal(i(), i()),
  (b, _, i) => b.notEqual(i(), i()),
  (b, _, i) => b.less(i(), i()),
  (b, _, i) => b.lessEqual(i(), i()),
  (b, _, i) => b.toFloat(i()),
  (b, _, i) => b.floatOf(i()),
  (b, _, i, t) => b.select(t(), i(), i()),
  (b, _, i, _t, choose) => b.shiftLeft(i(), choose.int(0, 31)),
  (b, _, i, _t, choose) => b.shiftRight(i(), choose.int(0, 31)),
  (b, _, i, _t, choose) => b.shiftRightUnsigned(i(), choose.int(0, 31)),
  (b, _f, _i, t) => b.and(t(), t()),
  (b, _f, _i, t) => b.or(t(), t()),
  (b, _f, _i, t) => b.xor(t(), t()),
  (b, _f, _i, t) => b.not(t()),
  (b, _f, _i, t) => b.equal(t(), t()),
  (b, _f, _i, t) => b.select(t(), t(), t()),
  (b, _f, _i, t) => b.fromBool(t(), "f32"),
  (b, _f, _i, t) => b.fromBool(t(), "i32"),
  (b, f) => b.host(triple, "f32", f()),
  (b, f) => b.host(mix, "f32", f(), f()),
  (b, f, i, t) => b.host(largest, "f32", f(), i(), t()),
  (b, _, i) => b.host(mix, "i32", i(), i()),
  (b, _, i) => b.host(isOdd, "bool", i()),
];

/** Adds so many operations to the pool. */
export function addOperations(choose: Choose, builder: ExpressionBuilder, pool: Pool, count: number): void {
  const operand = (dtype: DType) => (): Lane => {
    const list = pool[dtype];
    // Late ones twice as often, so that expressions become deep.
    if (list.length > 0 && !choose.once(12)) {
      const recent = list.slice(-Math.max(2, Math.ceil(list.length / 2)));
      return choose.of(choose.once(2) ? recent : list);
    }
    return builder.constant(chooseConstant(choose, dtype), dtype);
  };
  for (let i = 0; i < count; i++) {
    const made = choose.of(OPERATIONS)(builder, operand("f32"), operand("i32"), operand("bool"), choose);
    pool[made.dtype].push(made);
  }
}

/** An element of a dtype. */
export function chooseConstant(choose: Choose, dtype: DType): number {
  if (dtype === "bool") return choose.int(0, 1);
  if (dtype === "i32") return choose.once(4) ? choose.of([0, -1, 2 ** 31 - 1, -(2 ** 31)]) : choose.int(-40, 40);
  return Math.fround(choose.once(4) ? choose.of(SPECIAL) : choose.float());
}

/** One of the pool's expressions of a dtype, rather a late one. */
export function chooseValue(choose: Choose, builder: ExpressionBuilder, pool: Pool, dtype: DType): LaneExpression {
  const list = pool[dtype];
  const value = list.length === 0 ? builder.constant(chooseConstant(choose, dtype), dtype) : choose.of(list.slice(-4));
  return value as LaneExpression;
}
