/** How elements are computed: one at a time, or four in a vector. Values are left on WebAssembly's stack. */
import type { DType } from "../../tensor/dtype.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Store } from "../loop-nest.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ValueType } from "../wasm/instructions.js";

/** Leaves the address of a lane's element on the stack; what it returns is to be added by the instruction. */
export type LaneAddress = (lane: number) => number;

/** Elements of consecutive iterations in memory. */
export interface Elements {
  readonly dtype: DType;
  /** From one to the next, in elements; undefined if they lie anywhere. */
  readonly stride: number | undefined;
  /** How many there are: all lanes, or fewer in front of a loop's end. Others are neither read nor written. */
  readonly lanes: number;
  readonly address: LaneAddress;
}

/** What reductions do with two elements. */
export type Combine = Extract<Store["mode"], { kind: "reduce" }>["combine"];

/** An operation of an expression. */
export type Operation = Extract<LaneExpression, { kind: "operation" }>;

/** A call of the host for each element. */
export interface HostCode {
  readonly target: FunctionReference;
  readonly inputs: readonly Local[];
  readonly inputTypes: readonly DType[];
  readonly dtype: DType;
  /** 1 if all lanes are equal. */
  readonly lanes: number;
}

/** Writes code for values of so many lanes. Lanes behind the elements that exist hold anything. */
export interface LaneCode {
  readonly width: 1 | 4;
  type(dtype: DType): ValueType;
  constant(f: FunctionBuilder, dtype: DType, value: number): void;
  /** The i32 on the stack in all lanes. */
  splat(f: FunctionBuilder): void;
  /** The i32 on the stack plus 0, 1, … in the lanes. */
  consecutive(f: FunctionBuilder): void;
  /** `push` leaves the input of that number. */
  operation(f: FunctionBuilder, operation: Operation, push: (input: number) => void): void;
  host(f: FunctionBuilder, call: HostCode): void;
  /** The same element in all lanes. */
  loadUniform(f: FunctionBuilder, dtype: DType, address: LaneAddress): void;
  load(f: FunctionBuilder, elements: Elements): void;
  store(f: FunctionBuilder, elements: Elements, value: Local): void;
  /** Writes the value of one lane to its element. */
  storeLane(f: FunctionBuilder, dtype: DType, address: LaneAddress, value: Local, lane: number): void;
  /** Adds the value of one lane to its element. */
  accumulateLane(f: FunctionBuilder, dtype: DType, address: LaneAddress, value: Local, lane: number): void;
  /** A lane of an i32 value as a number. */
  lane(f: FunctionBuilder, value: Local, lane: number): void;
  /** Replaces the value on the stack, of which only so many lanes exist, by one with another value in the others. */
  fillLanes(f: FunctionBuilder, dtype: DType, lanes: number, filling: number): void;
  /** Combines the two values on the stack, lane by lane. */
  combine(f: FunctionBuilder, dtype: DType, combine: Combine): void;
  /** Combines all lanes of a value into its first. */
  combineLanes(f: FunctionBuilder, dtype: DType, combine: Combine, value: Local): void;
}
