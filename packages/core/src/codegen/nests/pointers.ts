/** The pointers of a nest's accesses: one local each, moved along by the loops. */
import type { DType } from "../../tensor/dtype.js";
import type { Access, LoopNest } from "../loop-nest.js";
import { elementBytes } from "../plan/memory-plan.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** A pointer and how it moves. */
export interface Pointer {
  readonly local: Local;
  readonly bytes: number;
  readonly strides: readonly number[];
}

/** The pointers of all accesses; equal ones share one. */
export class Pointers {
  readonly #f: FunctionBuilder;
  readonly #byKey = new Map<string, Pointer>();
  readonly #byAccess = new Map<Access, Pointer>();

  constructor(f: FunctionBuilder, nest: LoopNest, accesses: readonly Access[]) {
    this.#f = f;
    for (const access of accesses) {
      const { operand, constant, strides } = access;
      const key = `${operand} ${constant} ${strides.join()}`;
      let pointer = this.#byKey.get(key);
      if (pointer === undefined) {
        const bytes = elementBytes(nest.operands[operand]!);
        pointer = { local: f.local("i32"), bytes, strides };
        f.get(f.parameters[operand]!);
        if (constant !== 0) f.i32(constant * bytes).op("i32.add");
        f.set(pointer.local);
        this.#byKey.set(key, pointer);
      }
      this.#byAccess.set(access, pointer);
    }
  }

  of(access: Access): Pointer {
    return this.#byAccess.get(access)!;
  }

  /** Moves all pointers so many elements along an axis. */
  move(axis: number, elements: number): void {
    for (const { local, bytes, strides } of this.#byKey.values()) {
      const distance = strides[axis]! * elements * bytes;
      if (distance !== 0) this.#f.get(local).i32(distance).op("i32.add").set(local);
    }
  }
}

/** The dtype behind an access. */
export function dtypeBehind(nest: LoopNest, access: Access): DType {
  return nest.operands[access.operand]!;
}
