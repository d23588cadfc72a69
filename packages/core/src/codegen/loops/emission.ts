/** The state of a function while the code of a nest is written: where values and pointers are, at this point of the loops. */
import type { KernelImports } from "../kernel-imports.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Access } from "../loop-nest.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { LaneCode } from "./lane-code.js";
import type { NestPlan } from "./plan-nest.js";
import { pointerClasses, type PointerClass } from "./pointer-classes.js";

/** Computes an expression's value for the vector of that number in the turn, unless it has been, and keeps it in a local. */
export type ValueLocal = (e: Emission, expression: LaneExpression, vector: number) => Local;

/** Values, pointers and counters by where they are; all of it ends with the part of the code it was made in. */
export class Emission {
  readonly f: FunctionBuilder;
  readonly plan: NestPlan;
  readonly code: LaneCode;
  readonly imports: KernelImports;
  readonly valueLocal: ValueLocal;
  readonly classes: ReadonlyMap<Access, PointerClass>;
  /** Each once. */
  readonly allClasses: readonly PointerClass[];
  /** Indices of the loops that are open and need one; that of the vector loop counts elements. */
  readonly counters: (Local | undefined)[] = [];
  /** How many elements of each vector of this turn exist. */
  block: readonly number[] = [];
  readonly #values = new Map<LaneExpression, Local[]>();
  readonly #pointers = new Map<PointerClass, Local>();
  readonly #settled = new Map<PointerClass, number>();
  readonly #checked = new Set<string>();
  #undo: (() => void)[] = [];

  constructor(f: FunctionBuilder, plan: NestPlan, code: LaneCode, imports: KernelImports, valueLocal: ValueLocal) {
    this.f = f;
    this.plan = plan;
    this.code = code;
    this.imports = imports;
    this.valueLocal = valueLocal;
    this.classes = pointerClasses(plan);
    this.allClasses = [...new Set(this.classes.values())];
  }

  /** What is made by `write` is forgotten behind it. */
  scope(write: () => void): void {
    const outer = this.#undo;
    this.#undo = [];
    write();
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = outer;
  }

  /** The local of a value that has been computed, for the vector of that number in the turn. */
  valueOf(expression: LaneExpression, vector: number): Local | undefined {
    return this.#values.get(expression)?.[this.#slot(expression, vector)];
  }

  /** A new local for a value. */
  keep(expression: LaneExpression, vector: number): Local {
    const local = this.f.local(this.code.type(expression.dtype));
    const slot = this.#slot(expression, vector);
    const locals = this.#values.get(expression) ?? [];
    this.#values.set(expression, locals);
    locals[slot] = local;
    this.#undo.push(() => {
      // eslint-disable-next-line @typescript-eslint/no-array-delete, @typescript-eslint/no-dynamic-delete -- a hole is a value not known
      delete locals[slot];
      this.f.free(local);
    });
    return local;
  }

  /** Where a pointer is now. */
  pointer(pointer: PointerClass): Local {
    return this.#pointers.get(pointer) ?? this.f.parameters[pointer.operand]!;
  }

  /** A new local that takes the place of a pointer's. */
  movePointer(pointer: PointerClass): Local {
    const before = this.#pointers.get(pointer);
    const local = this.f.local("i32");
    this.#pointers.set(pointer, local);
    this.#undo.push(() => {
      if (before === undefined) this.#pointers.delete(pointer);
      else this.#pointers.set(pointer, before);
      this.f.free(local);
    });
    return local;
  }

  /** Whether the indices of this loop, by number, have not been added to the pointer yet; from now on they have. */
  settle(pointer: PointerClass, term: number): boolean {
    const done = this.#settled.get(pointer) ?? 0;
    if ((done >> term) & 1) return false;
    this.#settled.set(pointer, done | (1 << term));
    this.#undo.push(() => this.#settled.set(pointer, done));
    return true;
  }

  /** Whether a check has not been made yet; from now on it has. */
  isUnchecked(key: string): boolean {
    if (this.#checked.has(key)) return false;
    this.#checked.add(key);
    this.#undo.push(() => this.#checked.delete(key));
    return true;
  }

  #slot(expression: LaneExpression, vector: number): number {
    return this.plan.facts.get(expression)!.isUniform ? 0 : vector;
  }
}
