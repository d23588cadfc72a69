/** What one iteration of a nest computes: expressions with their loads, for one element or for a vector of four. */
import type { DType } from "../../tensor/dtype.js";
import type { KernelImports } from "../kernel-imports.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Access, LoopNest } from "../loop-nest.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import { emitConstant, emitOperation, laneType, type LaneMode } from "./lane-code.js";
import { varies } from "./loop-plan.js";
import { loadLane, loadVector, storeLane, storeVector } from "./lane-memory.js";
import type { Pointers } from "./pointers.js";

/** What an iteration needs to know of the loops around it. */
export interface NestContext {
  readonly f: FunctionBuilder;
  readonly nest: LoopNest;
  readonly mode: LaneMode;
  readonly imports: KernelImports;
  readonly pointers: Pointers;
  /** Counters of the loops, in elements, by axis. */
  readonly counters: Map<number, Local>;
  /** The axis of which several elements are taken at a time, and four times its counter; undefined if there is none. */
  readonly vectorAxis: number;
  readonly offset: Local;
  /** Constants and what does not change in the innermost loop. */
  readonly steady: Map<LaneExpression, Local>;
  /** Pointers of accesses through indices that do not change in the innermost loop. */
  readonly steadyPointers: Map<Access, Local>;
  /** How often each expression is used. */
  readonly uses: ReadonlyMap<LaneExpression, number>;
}

/** One iteration. */
export class NestBody {
  readonly #context: NestContext;
  /** Elements taken: 1 or 4. */
  readonly #width: number;
  /** Elements after the one that the counter says. */
  readonly #shift: number;
  readonly #known = new Map<LaneExpression, Local>();
  readonly #addresses = new Map<Access, Local>();

  constructor(context: NestContext, width: number, shift: number) {
    this.#context = context;
    this.#width = width;
    this.#shift = shift;
  }

  /** Leaves the value on the stack. */
  value(expression: LaneExpression): void {
    const { f, mode, steady, uses } = this.#context;
    const known = steady.get(expression) ?? this.#known.get(expression);
    if (known !== undefined) {
      f.get(known);
      return;
    }
    this.#compute(expression);
    if ((uses.get(expression) ?? 0) < 2) return;
    const local = f.local(laneType(mode, expression.dtype));
    f.tee(local);
    this.#known.set(expression, local);
  }

  /** Leaves the value in a local. */
  local(expression: LaneExpression): Local {
    const { f, mode, steady } = this.#context;
    const known = steady.get(expression) ?? this.#known.get(expression);
    if (known !== undefined) return known;
    this.#compute(expression);
    const local = f.local(laneType(mode, expression.dtype));
    f.set(local);
    this.#known.set(expression, local);
    return local;
  }

  /** The element or elements of an access. */
  load(access: Access, dtype: DType): void {
    const { f, mode } = this.#context;
    const stride = this.#strideOf(access);
    if (this.#isScattered(access)) {
      this.#lanes(access, dtype, stride);
      return;
    }
    const pointer = this.#pointer(access);
    const immediate = this.#address(pointer, stride, dtype);
    if (!mode.isVector || this.#width === 1) loadLane(f, mode, dtype, immediate);
    else loadVector(f, dtype, stride, immediate);
  }

  /** Writes a value. */
  store(access: Access, value: Local, dtype: DType): void {
    const { f, mode } = this.#context;
    const stride = this.#strideOf(access);
    const pointer = this.#isScattered(access) ? undefined : this.#pointer(access);
    const isWhole = mode.isVector && this.#width === 4;
    if (isWhole && stride === 1 && pointer !== undefined) {
      const immediate = this.#address(pointer, stride, dtype);
      storeVector(f, dtype, value, immediate);
      return;
    }
    for (let lane = 0; lane < this.#width; lane++) {
      const immediate =
        pointer === undefined
          ? this.#laneAddress(access, lane, dtype, stride)
          : this.#address(pointer, stride, dtype, lane);
      storeLane(f, mode, dtype, value, lane, immediate);
    }
  }

  /** Gives the locals of the iteration back. */
  finish(): void {
    this.#context.f.free(...this.#known.values(), ...this.#addresses.values());
    this.#known.clear();
    this.#addresses.clear();
  }

  #compute(expression: LaneExpression): void {
    const { f, mode, imports } = this.#context;
    switch (expression.kind) {
      case "constant":
        emitConstant(f, mode, expression.dtype, expression.value);
        return;
      case "index":
        this.#index(expression.axis);
        return;
      case "load":
        this.load(expression.access, expression.dtype);
        return;
      case "operation":
        emitOperation(f, mode, expression, (i) => {
          this.value(expression.inputs[i]!);
        });
        return;
      case "host": {
        const operands = expression.inputs.map((input) => this.local(input));
        this.#perLane(expression.dtype, (lane) => {
          expression.inputs.forEach((input, i) => {
            this.#extract(operands[i]!, input.dtype, lane);
            f.op(input.dtype === "f32" ? "f64.promote_f32" : "f64.convert_i32_s");
          });
          f.call(imports.host(expression.function));
          f.op(expression.dtype === "f32" ? "f32.demote_f64" : "i32.trunc_sat_f64_s");
        });
      }
    }
  }

  /** A value made element by element; `make` leaves one on the stack, truth values as 0 and 1. */
  #perLane(dtype: DType, make: (lane: number) => void): void {
    const { f, mode } = this.#context;
    if (!mode.isVector) {
      make(0);
      return;
    }
    const result = f.local("v128");
    for (let lane = 0; lane < this.#width; lane++) {
      if (lane > 0) f.get(result);
      if (dtype === "bool") f.i32(0);
      make(lane);
      if (dtype === "bool") f.op("i32.sub");
      if (lane === 0) f.op(dtype === "f32" ? "f32x4.splat" : "i32x4.splat");
      else f.lane(dtype === "f32" ? "f32x4.replace_lane" : "i32x4.replace_lane", lane);
      f.set(result);
    }
    f.get(result);
    f.free(result);
  }

  /** Leaves an element of a value on the stack, truth values as 0 and 1. */
  #extract(value: Local, dtype: DType, lane: number): void {
    const { f, mode } = this.#context;
    f.get(value);
    if (!mode.isVector) return;
    f.lane(dtype === "f32" ? "f32x4.extract_lane" : "i32x4.extract_lane", lane);
    if (dtype === "bool") f.i32(1).op("i32.and");
  }

  #index(axis: number): void {
    const { f, mode, vectorAxis, offset, counters } = this.#context;
    const isVector = axis === vectorAxis;
    if (isVector) {
      f.get(offset).i32(2).op("i32.shr_u");
      if (this.#shift !== 0) f.i32(this.#shift).op("i32.add");
    } else {
      const counter = counters.get(axis);
      if (counter === undefined) f.i32(0);
      else f.get(counter);
    }
    if (!mode.isVector) return;
    f.op("i32x4.splat");
    if (isVector && this.#width === 4) f.v128(new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer)).op("i32x4.add");
  }

  #strideOf({ strides }: Access): number {
    return strides[this.#context.vectorAxis] ?? 0;
  }

  /** Whether neighbors are found through indices of their own. */
  #isScattered({ indirect }: Access): boolean {
    const { vectorAxis } = this.#context;
    return this.#width > 1 && indirect.some(({ index }) => varies(index, vectorAxis));
  }

  /** The pointer of an access, moved by its indices. */
  #pointer(access: Access): Local {
    const { pointers, steadyPointers } = this.#context;
    if (access.indirect.length === 0) return pointers.of(access).local;
    const known = steadyPointers.get(access) ?? this.#addresses.get(access);
    if (known !== undefined) return known;
    const local = this.indirectPointer(access);
    this.#addresses.set(access, local);
    return local;
  }

  /** Computes the pointer of an access through indices that are the same for all elements taken. */
  indirectPointer(access: Access, lane = 0): Local {
    const { f, pointers } = this.#context;
    const { local, bytes } = pointers.of(access);
    const pointer = f.local("i32");
    f.get(local).set(pointer);
    for (const { index, stride, extent } of access.indirect) {
      const value = f.local("i32");
      this.#extract(this.local(index), "i32", lane);
      f.set(value);
      this.#check(value, index, extent);
      f.get(pointer)
        .get(value)
        .i32(stride * bytes)
        .op("i32.mul")
        .op("i32.add")
        .set(pointer);
      f.free(value);
    }
    return pointer;
  }

  #check(value: Local, index: LaneExpression, extent: number): void {
    const { f, imports } = this.#context;
    f.get(value).i32(extent).op("i32.ge_u");
    f.if(() => {
      f.get(f.parameters.at(-1)!);
      this.#position(index);
      f.get(value).i32(extent).call(imports.fail).op("unreachable");
    });
  }

  /** The position of an index among those it is read from. */
  #position(index: LaneExpression): void {
    const { f, pointers } = this.#context;
    if (index.kind !== "load" || index.access.indirect.length > 0) {
      f.i32(0);
      return;
    }
    const { local } = pointers.of(index.access);
    this.#push(local, this.#strideOf(index.access), 4);
    f.get(f.parameters[index.access.operand]!).op("i32.sub").i32(2).op("i32.shr_u");
  }

  /** Leaves the address of an access on the stack; returns what must be added to it as an immediate offset. */
  #address(pointer: Local, stride: number, dtype: DType, lane = 0): number {
    const { f } = this.#context;
    const bytes = dtype === "bool" ? 1 : 4;
    this.#push(pointer, stride, bytes);
    const distance = (this.#shift + lane) * stride * bytes;
    if (distance >= 0) return distance;
    f.i32(distance).op("i32.add");
    return 0;
  }

  #push(pointer: Local, stride: number, bytes: number): void {
    const { f, offset } = this.#context;
    f.get(pointer);
    if (stride === 0) return;
    f.get(offset);
    if (bytes === 1) f.i32(2).op("i32.shr_u");
    if (stride !== 1) f.i32(stride).op("i32.mul");
    f.op("i32.add");
  }

  /** As `#address`, for one element of those that lie anywhere. */
  #laneAddress(access: Access, lane: number, dtype: DType, stride: number): number {
    const pointer = this.indirectPointer(access, lane);
    const immediate = this.#address(pointer, stride, dtype, lane);
    this.#context.f.free(pointer);
    return immediate;
  }

  #lanes(access: Access, dtype: DType, stride: number): void {
    const { f } = this.#context;
    this.#perLane(dtype, (lane) => {
      const immediate = this.#laneAddress(access, lane, dtype, stride);
      loadLane(f, { isVector: false, isFused: false }, dtype, immediate);
    });
  }
}
