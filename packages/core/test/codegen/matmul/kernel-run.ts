/** Runs one matmul or pack kernel in a memory of its own and watches what it touches. */
import { expect } from "vitest";
import type { MatmulKernel, MatrixLayout, PackKernel } from "../../../src/codegen/kernel.js";
import { emitMatmul } from "../../../src/codegen/matmul/emit-matmul.js";
import { emitPack, packedFloats } from "../../../src/codegen/matmul/emit-pack.js";
import { scratchFloats } from "../../../src/codegen/matmul/plan-matmul.js";
import { ModuleBuilder } from "../../../src/codegen/wasm/module-builder.js";
import { engine, type EngineMemory } from "../../../src/runtime/wasm/engine.js";
import type { Target } from "../../../src/codegen/wasm/target.js";

/** The indices of a matrix's elements behind its pointer. */
function indices(rows: number, columns: number, { row, column }: MatrixLayout): readonly number[] {
  const all: number[] = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) all.push(i * row + j * column);
  return all;
}

/** Room for an operand in the memory, between floats that nobody may touch. */
interface Place {
  /** Index of the pointer's float: behind the first float of a matrix that runs backwards. */
  readonly at: number;
  readonly elements: readonly number[];
}

const GUARD = 5;

class Memory {
  #length = 0;
  readonly places: Place[] = [];

  place(elements: readonly number[]): Place {
    const low = elements.reduce((least, i) => Math.min(least, i), 0);
    const high = elements.reduce((most, i) => Math.max(most, i), 0);
    const place = { at: this.#length + GUARD - low, elements };
    this.#length = place.at + high + 1;
    this.places.push(place);
    return place;
  }

  /** The floats; all but the elements are NaN. The last operand ends where the memory ends, so that reading on traps. */
  create(): { readonly memory: EngineMemory; readonly base: number } {
    const pages = Math.ceil((4 * this.#length) / 65536);
    return { memory: new (engine()!.Memory)({ initial: pages, maximum: pages }), base: pages * 16384 - this.#length };
  }
}

/** What a run computed and what it had to compute. */
export interface MatmulRun {
  readonly result: readonly number[];
  readonly expected: readonly number[];
  /** |init| + Σ |a| |b| per element. */
  readonly magnitude: readonly number[];
}

/** How operands are placed: C on top of init, and which operand ends the memory. */
export interface Placement {
  readonly isInPlace: boolean;
  readonly last: "a" | "b" | "init" | "c";
  /** How B lies before it is packed. */
  readonly source: MatrixLayout;
}

/** Random operands through the kernel; expects that nothing but C, scratch and panels changed. */
export function runMatmul(kernel: MatmulKernel, target: Target, { isInPlace, last, source }: Placement): MatmulRun {
  const { rows, inner, columns, init } = kernel;
  const [fieldA, fieldB] = [indices(rows, inner, kernel.a), indices(inner, columns, source)];
  const fieldC = indices(rows, columns, { row: kernel.c, column: 1 });
  const fieldInit = init ? indices(rows, columns, init) : [];
  const memory = new Memory();
  const fields = { a: fieldA, b: fieldB, c: fieldC, init: fieldInit };
  const panelFloats = kernel.b === "packed" ? packedFloats(inner, columns, target) : 0;
  const panels = memory.place(Array.from({ length: panelFloats }, (_, i) => i));
  const scratch = memory.place(Array.from({ length: scratchFloats(kernel, target) }, (_, i) => i));
  const names = (["a", "b", "init", "c"] as const).filter((name) => name !== last);
  const placed = new Map<string, Place>();
  for (const name of [...names, last]) if (name !== "init" || !isInPlace) placed.set(name, memory.place(fields[name]));
  if (isInPlace) placed.set("init", placed.get("c")!);

  const { memory: wasm, base } = memory.create();
  const floats = new Float32Array(wasm.buffer);
  floats.fill(NaN);
  const random = mulberry(rows * 1009 + inner * 917 + columns);
  for (const { at, elements } of placed.values()) for (const i of elements) floats[base + at + i] = random() * 2 - 1;
  const before = floats.slice();

  const pointer = ({ at }: Place): number => 4 * (base + at);
  const pack: PackKernel = { kind: "pack", inner, columns, b: source, panels: kernel.panels ?? 1 };
  const run = instantiate(kernel, pack, target, wasm);
  if (kernel.b === "packed") run.pack(pointer(placed.get("b")!), pointer(panels));
  run.matmul(
    pointer(placed.get("a")!),
    kernel.b === "packed" ? pointer(panels) : pointer(placed.get("b")!),
    pointer(placed.get("c")!),
    ...(init ? [pointer(placed.get("init")!)] : []),
    ...(scratchFloats(kernel, target) > 0 ? [pointer(scratch)] : []),
  );

  const result = fieldC.map((i) => floats[base + placed.get("c")!.at + i]!);
  const mayChange = new Uint8Array(floats.length);
  for (const { at, elements } of [placed.get("c")!, scratch, panels])
    for (const i of elements) mayChange[base + at + i] = 1;
  const changed = [...before.keys()].filter((i) => mayChange[i] === 0 && !Object.is(floats[i], before[i]));
  expect(changed, "floats outside of C that changed").toEqual([]);

  const from = (name: string): ((index: number) => number) => {
    const start = base + (placed.get(name)?.at ?? 0);
    return (index) => before[start + index]!;
  };
  return { result, ...reference(kernel, source, { a: from("a"), b: from("b"), init: from("init") }) };
}

/** Sums in f64 along the inner axis, of operands that give an element by its index. */
function reference(
  { rows, inner, columns, a, init }: MatmulKernel,
  b: MatrixLayout,
  operands: Readonly<Record<"a" | "b" | "init", (index: number) => number>>,
): Omit<MatmulRun, "result"> {
  const expected: number[] = [];
  const magnitude: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = init ? operands.init(i * init.row + j * init.column) : 0;
      let size = Math.abs(sum);
      for (let k = 0; k < inner; k++) {
        const product = operands.a(i * a.row + k * a.column) * operands.b(k * b.row + j * b.column);
        sum += product;
        size += Math.abs(product);
      }
      expected.push(sum);
      magnitude.push(size);
    }
  }
  return { expected, magnitude };
}

/** The bound that emitMatmul states, with the terms of second order. */
export function expectExact({ result, expected, magnitude }: MatmulRun, inner: number): void {
  const unit = (inner + 1) * 2 ** -24;
  for (const [i, value] of result.entries()) {
    const bound = (unit / (1 - unit)) * magnitude[i]!;
    if (!(Math.abs(value - expected[i]!) <= bound))
      expect.fail(`element ${i} must be ${expected[i]} within ${bound}, got ${value}`);
  }
}

type Pointers = (...pointers: number[]) => void;

function instantiate(
  kernel: MatmulKernel,
  pack: PackKernel,
  target: Target,
  memory: EngineMemory,
): { readonly matmul: Pointers; readonly pack: Pointers } {
  const module = new ModuleBuilder();
  module.exportFunction("matmul", emitMatmul(kernel, module, target));
  module.exportFunction("pack", emitPack(pack, module, target));
  const bytes = module.finish();
  const { Instance, Module } = engine()!;
  const { exports } = new Instance(new Module(bytes), { host: { memory } });
  return exports as { readonly matmul: Pointers; readonly pack: Pointers };
}

/** Uniform numbers in [0, 1). */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
