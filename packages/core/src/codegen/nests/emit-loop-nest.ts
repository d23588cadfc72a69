/** A loop nest as a WebAssembly function. */
import { sizeOf } from "../../tensor/shape.js";
import type { KernelImports } from "../kernel-imports.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Access, LoopNest, Store } from "../loop-nest.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { emitCombine, emitConstant, laneType, type LaneMode } from "./lane-code.js";
import { inspect, planLoops, varies, type LoopAxis, type LoopPlan } from "./loop-plan.js";
import { NestBody, type NestContext } from "./nest-body.js";
import { Pointers } from "./pointers.js";

/** Vectors added up side by side, so that one does not wait for the other. */
const ACCUMULATORS = 4;

/** Whether a nest reads or writes through indices: then its function takes the number of the node for the error. */
export function hasIndirect({ stores }: LoopNest): boolean {
  const { loads } = inspect(stores);
  return [...loads, ...stores.map(({ access }) => access)].some(({ indirect }) => indirect.length > 0);
}

/**
 * The function: a pointer per operand, then the number of the node if the nest reads through indices.
 *
 * A sum of n elements is made of up to 16 sums that are added at last, so its error is at most about n / 16 + 16
 * roundings of the sum of sizes.
 */
export function emitLoopNest(
  nest: LoopNest,
  module: ModuleBuilder,
  target: Target,
  imports: KernelImports,
): FunctionReference {
  const count = nest.operands.length + (hasIndirect(nest) ? 1 : 0);
  const signature = { parameters: new Array<"i32">(count).fill("i32"), results: [] };
  const mode: LaneMode = { isVector: target.simd, isFused: target.relaxed };
  return module.addFunction(signature, (f) => {
    const walked = sizeOf(nest.shape) > 0 ? nest : emptyReductions(nest);
    if (walked !== undefined) new NestEmitter(f, walked, mode, imports).emit();
  });
}

/** Reductions over nothing leave their identity: a nest over what they keep. */
function emptyReductions({ shape, operands, stores }: LoopNest): LoopNest | undefined {
  const reductions = stores.filter(({ mode }) => mode.kind === "reduce");
  const kept = shape.map((extent, axis) => (extent === 0 && reductions[0]?.access.strides[axis] === 0 ? 1 : extent));
  if (reductions.length === 0 || sizeOf(kept) === 0) return undefined;
  return {
    kind: "loop-nest",
    shape: kept,
    operands,
    stores: reductions.map(({ access, mode }) => ({
      access,
      value: {
        kind: "constant",
        dtype: operands[access.operand]!,
        value: mode.kind === "reduce" ? mode.identity : 0,
      },
      mode: { kind: "set" },
    })),
  };
}

class NestEmitter {
  readonly #f: FunctionBuilder;
  readonly #nest: LoopNest;
  readonly #plan: LoopPlan;
  readonly #context: NestContext;
  readonly #isReduction: boolean;

  constructor(f: FunctionBuilder, nest: LoopNest, mode: LaneMode, imports: KernelImports) {
    this.#f = f;
    this.#nest = nest;
    this.#plan = planLoops(nest);
    this.#isReduction = nest.stores.some(({ mode: { kind } }) => kind === "reduce");
    this.#context = {
      f,
      nest,
      mode,
      imports,
      pointers: new Pointers(f, nest, this.#plan.accesses),
      counters: new Map(),
      vectorAxis: this.#plan.axes[this.#plan.vector]?.axis ?? -1,
      offset: f.local("i32"),
      steady: new Map(),
      steadyPointers: new Map(),
      uses: countUses(nest.stores),
    };
  }

  emit(): void {
    const { mode, steady, uses } = this.#context;
    for (const expression of uses.keys()) {
      if (expression.kind !== "constant") continue;
      const local = this.#f.local(laneType(mode, expression.dtype));
      emitConstant(this.#f, mode, expression.dtype, expression.value);
      this.#f.set(local);
      steady.set(expression, local);
    }
    const firstReduced = this.#plan.axes.findIndex(({ isReduced }) => isReduced);
    const isAcross =
      this.#isReduction && (firstReduced < 0 || firstReduced <= this.#plan.vector || this.#plan.vector < 0);
    if (isAcross)
      this.#loops(0, firstReduced < 0 ? this.#plan.axes.length : firstReduced, () => {
        this.#reduceToNumber(firstReduced);
      });
    else
      this.#loops(0, this.#plan.vector < 0 ? this.#plan.axes.length : this.#plan.vector, () => {
        this.#vectorLoop();
      });
  }

  /** Loops over the axes from one level to another around `body`; pointers are moved and put back. */
  #loops(from: number, to: number, body: () => void): void {
    if (from >= to) {
      body();
      return;
    }
    const { axis, extent } = this.#plan.axes[from]!;
    const counter = this.#f.local("i32");
    this.#context.counters.set(axis, counter);
    this.#f.count(counter, extent, 1, () => {
      this.#loops(from + 1, to, body);
      this.#context.pointers.move(axis, 1);
    });
    if (from > 0 || this.#isReduction) this.#context.pointers.move(axis, -extent);
    this.#context.counters.delete(axis);
    this.#f.free(counter);
  }

  /** Elements are stored: one by one, or in vectors; of reductions that keep the vector's axis, after the loops inside. */
  #vectorLoop(): void {
    const axis = this.#plan.axes[this.#plan.vector];
    if (axis === undefined) {
      this.#f.i32(0).set(this.#context.offset);
      this.#storeAll(1, 0);
      return;
    }
    const inner = this.#plan.vector + 1;
    if (!this.#isReduction) {
      this.#hoisted(axis, () => {
        this.#chunks(axis, [1], (width) => {
          this.#storeAll(width, 0);
        });
      });
      return;
    }
    this.#chunks(axis, [ACCUMULATORS, 1], (width, vectors) => {
      this.#reduceColumns(width, vectors, inner);
    });
  }

  /** Runs over an axis in chunks of so many vectors, then of single elements. */
  #chunks({ extent }: LoopAxis, vectors: readonly number[], body: (width: number, vectors: number) => void): void {
    const { mode, offset } = this.#context;
    const sizes = mode.isVector
      ? [...vectors.map((count) => ({ width: 4, count })), { width: 1, count: 1 }]
      : [{ width: 1, count: 1 }];
    let start = 0;
    for (const { width, count } of sizes) {
      const size = width * count;
      const stop = start + Math.floor((extent - start) / size) * size;
      if (stop === start) continue;
      this.#f.i32(4 * start).set(offset);
      const run = (): void => {
        body(width, count);
      };
      if (stop - start === size) run();
      else {
        this.#f.loop(({ exitIf }) => {
          run();
          this.#f
            .get(offset)
            .i32(4 * size)
            .op("i32.add")
            .tee(offset)
            .i32(4 * stop)
            .op("i32.lt_s");
          exitIf();
        });
      }
      start = stop;
    }
  }

  /** What does not change along the axis is computed once before `body`. */
  #hoisted({ axis }: LoopAxis, body: () => void): void {
    const { steady, steadyPointers } = this.#context;
    const before = [...steady.keys()];
    const once = new NestBody(this.#context, 1, 0);
    const wide = new NestBody(this.#context, this.#context.mode.isVector ? 4 : 1, 0);
    this.#f.i32(0).set(this.#context.offset);
    const pointers: Local[] = [];
    const found = new Map<LaneExpression, Local>();
    for (const expression of steadyParts(this.#nest.stores, axis))
      if (!steady.has(expression)) found.set(expression, wide.local(expression));
    for (const [expression, local] of found) steady.set(expression, local);
    for (const access of this.#plan.accesses) {
      if (access.indirect.length === 0 || steadyPointers.has(access)) continue;
      if (access.indirect.some(({ index }) => varies(index, axis))) continue;
      const pointer = once.indirectPointer(access);
      steadyPointers.set(access, pointer);
      pointers.push(pointer);
    }
    body();
    for (const expression of steady.keys()) if (!before.includes(expression)) steady.delete(expression);
    steadyPointers.clear();
    this.#f.free(...pointers);
    wide.finish();
    once.finish();
  }

  #storeAll(width: number, shift: number): void {
    const body = new NestBody(this.#context, width, shift);
    const values = this.#nest.stores.map(({ value }) => body.local(value));
    this.#nest.stores.forEach(({ access, mode, value }, i) => {
      let local = values[i]!;
      if (mode.kind === "accumulate") {
        const sum = this.#f.local(laneType(this.#context.mode, value.dtype));
        body.load(access, value.dtype);
        this.#f.get(local);
        emitCombine(this.#f, this.#context.mode, value.dtype, "add");
        this.#f.set(sum);
        local = sum;
      }
      body.store(access, local, value.dtype);
      if (local !== values[i]) this.#f.free(local);
    });
    body.finish();
  }

  /** Reductions that keep the vector's axis: columns in registers while the loops inside run. */
  #reduceColumns(width: number, vectors: number, inner: number): void {
    const sums = this.#nest.stores.map(({ value }) =>
      Array.from({ length: vectors }, () => this.#f.local(laneType(this.#context.mode, value.dtype))),
    );
    this.#start(sums);
    this.#loops(inner, this.#plan.axes.length, () => {
      for (let v = 0; v < vectors; v++) this.#combine(sums, v, width, v * width);
    });
    for (let v = 0; v < vectors; v++) {
      const body = new NestBody(this.#context, width, v * width);
      this.#nest.stores.forEach(({ access, value }, i) => {
        body.store(access, sums[i]![v]!, value.dtype);
      });
      body.finish();
    }
    this.#f.free(...sums.flat());
  }

  /** Reductions of the vector's axis: vectors added up side by side, then their elements, then what is left over. */
  #reduceToNumber(firstReduced: number): void {
    const { mode, offset } = this.#context;
    const { axes, vector } = this.#plan;
    const axis = axes[vector];
    const isWide = mode.isVector && axis !== undefined && axis.extent >= 4 && firstReduced >= 0;
    const vectors = isWide && axis.extent >= 8 * ACCUMULATORS ? ACCUMULATORS : 1;
    const make = (count: number): Local[][] =>
      this.#nest.stores.map(({ value }) =>
        Array.from({ length: count }, () => this.#f.local(laneType(mode, value.dtype))),
      );
    const wide = isWide ? make(vectors) : [];
    const single = make(1);
    this.#start(wide);
    this.#start(single);
    const run = (): void => {
      if (axis === undefined || firstReduced < 0) {
        this.#f.i32(0).set(offset);
        this.#combine(single, 0, 1, 0);
        return;
      }
      this.#hoisted(axis, () => {
        this.#chunks(axis, vectors > 1 ? [vectors, 1] : [1], (width, count) => {
          if (width === 1) this.#combine(single, 0, 1, 0);
          else for (let v = 0; v < count; v++) this.#combine(wide, v, width, v * width);
        });
      });
    };
    if (firstReduced < 0) run();
    else this.#loops(firstReduced, vector < 0 ? axes.length : vector, run);
    this.#nest.stores.forEach((store, i) => {
      if (isWide) this.#across(store, wide[i]!, single[i]![0]!);
    });
    this.#f.i32(0).set(offset);
    const body = new NestBody(this.#context, 1, 0);
    this.#nest.stores.forEach(({ access, value }, i) => {
      body.store(access, single[i]![0]!, value.dtype);
    });
    body.finish();
    this.#f.free(...wide.flat(), ...single.flat());
  }

  /** Sets accumulators to the identities. */
  #start(sums: readonly (readonly Local[])[]): void {
    sums.forEach((locals, i) => {
      const { value, mode } = this.#nest.stores[i]!;
      for (const local of locals) {
        emitConstant(this.#f, this.#context.mode, value.dtype, mode.kind === "reduce" ? mode.identity : 0);
        this.#f.set(local);
      }
    });
  }

  /** Combines the values of one iteration with accumulators. */
  #combine(sums: readonly (readonly Local[])[], vector: number, width: number, shift: number): void {
    const body = new NestBody(this.#context, width, shift);
    this.#nest.stores.forEach(({ value, mode }, i) => {
      const sum = sums[i]![vector]!;
      this.#f.get(sum);
      body.value(value);
      emitCombine(this.#f, this.#context.mode, value.dtype, mode.kind === "reduce" ? mode.combine : "add");
      this.#f.set(sum);
    });
    body.finish();
  }

  /** Combines vectors, and then their elements, into the first lane of `single`. */
  #across({ value: { dtype }, mode }: Store, wide: readonly Local[], single: Local): void {
    const combine = mode.kind === "reduce" ? mode.combine : "add";
    const [first, ...rest] = wide as [Local, ...Local[]];
    for (const other of rest) {
      this.#f.get(first).get(other);
      emitCombine(this.#f, this.#context.mode, dtype, combine);
      this.#f.set(first);
    }
    for (const bytes of [HIGH_HALF, SECOND_LANE]) {
      this.#f.get(first).get(first).get(first).shuffle(bytes);
      emitCombine(this.#f, this.#context.mode, dtype, combine);
      this.#f.set(first);
    }
    this.#f.get(single).get(first);
    emitCombine(this.#f, this.#context.mode, dtype, combine);
    this.#f.set(single);
  }
}

const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const SECOND_LANE = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11];

/** How often each expression is read by others or stored. */
function countUses(stores: readonly Store[]): Map<LaneExpression, number> {
  const uses = new Map<LaneExpression, number>();
  const stack: LaneExpression[] = [];
  const use = (expression: LaneExpression): void => {
    const before = uses.get(expression) ?? 0;
    uses.set(expression, before + 1);
    if (before === 0) stack.push(expression);
  };
  const useIndices = ({ indirect }: Access): void => {
    for (const { index } of indirect) use(index);
  };
  for (const { value, access } of stores) {
    use(value);
    useIndices(access);
  }
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.kind === "load") useIndices(one.access);
    else if (one.kind === "operation" || one.kind === "host") one.inputs.forEach(use);
  }
  return uses;
}

/** The largest parts of the stores' values that do not change along an axis, constants apart. */
function steadyParts(stores: readonly Store[], axis: number): LaneExpression[] {
  const found: LaneExpression[] = [];
  const seen = new Set<LaneExpression>();
  const stack = stores.map(({ value }) => value);
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (seen.has(one) || one.kind === "constant") continue;
    seen.add(one);
    if (!varies(one, axis)) found.push(one);
    else if (one.kind === "operation" || one.kind === "host") stack.push(...one.inputs);
  }
  return found;
}
