/**
 * The interfaces through which an op says how it is computed in compiled code. What stands behind them is the code
 * generator's business: one element at a time, or four in a vector.
 */
import type { DType, NumericDType } from "../tensor/dtype.js";
import type { TensorType } from "../tensor/tensor-type.js";

/** A value inside a loop: one element per lane. Opaque. */
export interface Lane {
  readonly dtype: DType;
}

/** What can be computed lane by lane. Operands have one dtype unless said otherwise; f32 results are rounded as IEEE 754 says. */
export interface LaneEmitter {
  constant(value: number, dtype: DType): Lane;
  /** f32, or i32 wrapping. */
  add(a: Lane, b: Lane): Lane;
  sub(a: Lane, b: Lane): Lane;
  mul(a: Lane, b: Lane): Lane;
  neg(a: Lane): Lane;
  abs(a: Lane): Lane;
  /** NaN if either is; -0 is below 0. */
  min(a: Lane, b: Lane): Lane;
  max(a: Lane, b: Lane): Lane;
  /** f32. */
  div(a: Lane, b: Lane): Lane;
  sqrt(a: Lane): Lane;
  floor(a: Lane): Lane;
  ceil(a: Lane): Lane;
  trunc(a: Lane): Lane;
  /** To the nearest whole number, halves to even. */
  nearest(a: Lane): Lane;
  /** a · b + c: rounded once where the engine can, twice elsewhere. For the inside of approximations only. */
  fma(a: Lane, b: Lane, c: Lane): Lane;
  /** f32 or i32 in, bool out. */
  equal(a: Lane, b: Lane): Lane;
  notEqual(a: Lane, b: Lane): Lane;
  less(a: Lane, b: Lane): Lane;
  lessEqual(a: Lane, b: Lane): Lane;
  /** i32 bit by bit, or bool. */
  and(a: Lane, b: Lane): Lane;
  or(a: Lane, b: Lane): Lane;
  xor(a: Lane, b: Lane): Lane;
  /** bool. */
  not(a: Lane): Lane;
  /** i32, by 0 to 31 bits. */
  shiftLeft(a: Lane, bits: number): Lane;
  shiftRight(a: Lane, bits: number): Lane;
  shiftRightUnsigned(a: Lane, bits: number): Lane;
  /** bool, then two of any one dtype. */
  select(condition: Lane, a: Lane, b: Lane): Lane;
  /** f32 to i32: truncated, saturated, NaN is 0. */
  toInt(a: Lane): Lane;
  /** i32 to f32. */
  toFloat(a: Lane): Lane;
  /** bool to 0 or 1 as f32 or i32. */
  fromBool(a: Lane, dtype: "f32" | "i32"): Lane;
  /** The bits of an f32 as an i32, and back. */
  bitsOf(a: Lane): Lane;
  floatOf(a: Lane): Lane;
  /** A JavaScript function called for every element at double precision: exact and slow. */
  host(f: (...elements: number[]) => number, dtype: DType, ...operands: Lane[]): Lane;
}

/** How an elementwise op computes its result from its operands' elements. A method's type: ops of any attributes are ops. */
export type EmitLane<A> = { emit(e: LaneEmitter, operands: readonly Lane[], attrs: A): Lane }["emit"];

/** How a reduction combines elements: an operation that may be done in any order, and where it starts. */
export interface EmitReduction {
  readonly combine: "add" | "min" | "max";
  /** What changes nothing when combined. */
  readonly identity: Readonly<{ f32: number; i32: number }>;
}

/** An element of an input. */
export interface Element extends Lane {
  readonly kind: "load";
}

/** A position in a tensor's elements, row-major: constant + Σ strides[axis] · index(axis) + what indices read from elsewhere add. */
export interface Position {
  readonly constant: number;
  /** One per axis of the loop. */
  readonly strides: readonly number[];
  /** Elements of i32 inputs times a stride. Each must lie in [0, extent): the loop refuses others. */
  readonly indirect?: readonly { readonly index: Element; readonly stride: number; readonly extent: number }[];
}

/** What a general op may do in a loop over a box of indices. */
export interface LoopEmitter extends LaneEmitter {
  /** The index along an axis of the loop, i32. */
  index(axis: number): Lane;
  /** An element of an input. */
  load(input: number, position: Position): Element;
  /** Writes an element of the output. */
  store(position: Position, value: Lane): void;
  /** Adds to an element of the output, one index after the other. */
  accumulate(position: Position, value: Lane): void;
}

/** A lane that changes while a procedure runs. */
export interface Variable extends Lane {
  readonly kind: "variable";
}

/**
 * What a general op may do step by step, one element at a time. An expression is computed where a step uses it, from what
 * its variables hold then. Positions are those of elements, row-major; nobody checks them.
 */
export interface ProcedureEmitter extends Omit<LaneEmitter, "host"> {
  /** A variable that starts from a value. */
  variable(value: Lane): Variable;
  /** A sum that starts from 0: f32 is added at double precision and rounded where it is used, i32 wraps. */
  total(dtype: NumericDType): Variable;
  set(variable: Variable, value: Lane): void;
  addTo(total: Variable, value: Lane): void;
  /** An element of an input, in a variable of its own. */
  load(input: number, position: Lane): Variable;
  /** An element of the output that was stored before. */
  loadStored(position: Lane): Variable;
  store(position: Lane, value: Lane): void;
  /** Runs the body for 0, 1, …, count - 1. */
  repeat(count: number, body: (index: Variable) => void): void;
  /** Runs the body as long as the condition, a bool, holds before it. */
  while(condition: Lane, body: () => void): void;
  if(condition: Lane, then: () => void, otherwise?: () => void): void;
}

/** What a general op is built from: loops over boxes and procedures, run one after the other. */
export interface KernelEmitter {
  /** Sets every element of the output. */
  fill(value: number): void;
  /** Runs the body for every index of the shape. No iteration may read what another one stores. */
  loop(shape: readonly number[], body: (e: LoopEmitter) => void): void;
  /** For what no loop over a box can do, since a step needs what another one found: sorting, running sums. Never in vectors. */
  procedure(body: (e: ProcedureEmitter) => void): void;
}

/** How a general op is compiled, from the types of its inputs and output. */
export type EmitKernel<A> = { emit(e: KernelEmitter, types: KernelTypes, attrs: A): void }["emit"];

/** The types of a general op's inputs and output. */
export interface KernelTypes {
  readonly inputs: readonly TensorType[];
  readonly output: TensorType;
}
