/**
 * Runs a loop program in JavaScript over the memory of its plan, and watches who owns which byte: a statement that reads
 * an element that another buffer has overwritten is an error of the plan. So is a kernel that overwrites what it reads in
 * more than the iteration that does: compiled code runs iterations in any order, and many at a time.
 */
import type { Kernel, MatmulKernel } from "../../../src/codegen/kernel.js";
import type { Address, Buffer, LoopId, LoopProgram, Statement } from "../../../src/codegen/loop-program.js";
import { elementBytes, type MemoryPlan } from "../../../src/codegen/plan/memory-plan.js";
import type { Node } from "../../../src/graph/node.js";
import { NdArray } from "../../../src/tensor/nd-array.js";
import { runNest } from "./nest-reference.js";
import { runProcedure } from "./procedure-reference.js";

/** Elements of a buffer. */
export class Memory {
  readonly #arena: DataView;
  readonly #owners: Int32Array;
  /** The one iteration that has read a byte; `-kernel` if several of that kernel have. */
  readonly #readers: Int32Array;
  #kernel = 1;
  #iteration = 1;
  readonly #plan: MemoryPlan;
  readonly #others = new Map<Buffer, Float64Array>();

  constructor(plan: MemoryPlan) {
    this.#plan = plan;
    this.#arena = new DataView(new ArrayBuffer(plan.peakBytes));
    this.#owners = new Int32Array(plan.peakBytes).fill(-1);
    this.#readers = new Int32Array(plan.peakBytes);
  }

  /** From here on another kernel reads and writes. */
  startKernel(): void {
    this.#kernel = ++this.#iteration;
  }

  /** From here on the kernel's next iteration does. */
  startIteration(): void {
    this.#iteration++;
  }

  /** A buffer outside the arena: a leaf's, or one that is kept. */
  outside(buffer: Buffer): Float64Array {
    const known = this.#others.get(buffer) ?? new Float64Array(buffer.size);
    this.#others.set(buffer, known);
    return known;
  }

  read(buffer: Buffer, element: number): number {
    if (element < 0 || element >= buffer.size) throw new Error(`buffer ${buffer.id}: element ${element} read`);
    if (buffer.place.kind === "constant") return buffer.place.value.data[element]!;
    if (buffer.place.kind !== "arena") return this.outside(buffer)[element]!;
    const at = this.#byteOf(buffer, element);
    if (this.#owners[at] !== buffer.id)
      throw new Error(`buffer ${buffer.id}: element ${element} belongs to ${this.#owners[at]!}`);
    this.#readers[at] = this.#isReadElsewhere(at) ? -this.#kernel : this.#iteration;
    if (buffer.dtype === "f32") return this.#arena.getFloat32(at);
    return buffer.dtype === "i32" ? this.#arena.getInt32(at) : this.#arena.getUint8(at);
  }

  write(buffer: Buffer, element: number, value: number): void {
    if (element < 0 || element >= buffer.size) throw new Error(`buffer ${buffer.id}: element ${element} written`);
    if (buffer.place.kind !== "arena") {
      this.outside(buffer)[element] = value;
      return;
    }
    const at = this.#byteOf(buffer, element);
    if (this.#owners[at] !== buffer.id && this.#isReadElsewhere(at))
      throw new Error(`buffer ${buffer.id}: element ${element} overwrites what another iteration reads`);
    this.#owners.fill(buffer.id, at, at + elementBytes(buffer.dtype));
    if (buffer.dtype === "f32") this.#arena.setFloat32(at, value);
    else if (buffer.dtype === "i32") this.#arena.setInt32(at, value);
    else this.#arena.setUint8(at, value);
  }

  /** Whether another iteration of the kernel that runs has read a byte. */
  #isReadElsewhere(at: number): boolean {
    const reader = this.#readers[at]!;
    return reader === -this.#kernel || (reader >= this.#kernel && reader !== this.#iteration);
  }

  #byteOf(buffer: Buffer, element: number): number {
    return this.#plan.offsets.get(buffer)! + element * elementBytes(buffer.dtype);
  }
}

/** Runs all statements. */
export function runLoopProgram(program: LoopProgram, memory: Memory): void {
  runStatements(program.preparation, new Map(), memory);
  runStatements(program.statements, new Map(), memory);
}

function runStatements(statements: readonly Statement[], counters: Map<LoopId, number>, memory: Memory): void {
  for (const statement of statements) {
    if (statement.kind === "loop") {
      for (let i = 0; i < statement.count; i++) {
        counters.set(statement.id, i);
        runStatements(statement.body, counters, memory);
      }
      continue;
    }
    const pointers = statement.operands.map((operand) => pointer(operand, counters, memory));
    memory.startKernel();
    if (statement.kind === "call") runKernel(statement.kernel, pointers, memory);
    else runOnHost(statement.node, pointers);
  }
}

interface Pointer {
  readonly get: (element: number) => number;
  readonly set: (element: number, value: number) => void;
}

function pointer({ buffer, offset, terms }: Address, counters: ReadonlyMap<LoopId, number>, memory: Memory): Pointer {
  const start = terms.reduce((sum, { loop, stride }) => sum + stride * counters.get(loop)!, offset);
  return {
    get: (element) => memory.read(buffer, start + element),
    set: (element, value) => {
      memory.write(buffer, start + element, value);
    },
  };
}

function runKernel(kernel: Kernel, pointers: readonly Pointer[], memory: Memory): void {
  if (kernel.kind === "loop-nest") {
    const { written, refused } = runNest(kernel, pointers, false, (sets) => {
      for (const { operand, at, value } of sets) pointers[operand]!.set(at, value);
      memory.startIteration();
    });
    if (refused[0] !== undefined) throw new Error(`index ${refused[0].index} of ${refused[0].extent}`);
    written.forEach((elements, operand) => {
      for (const [at, { value }] of elements) pointers[operand]!.set(at, value);
    });
  } else if (kernel.kind === "matmul") runMatmul(kernel, pointers, memory);
  else if (kernel.kind === "procedure") runProcedure(kernel, pointers, false);
  else {
    for (let k = 0; k < kernel.inner; k++)
      for (let j = 0; j < kernel.columns; j++)
        pointers[1]!.set(k * kernel.columns + j, pointers[0]!.get(k * kernel.b.row + j * kernel.b.column));
  }
}

function runMatmul(
  { rows, inner, columns, a, b, c, init }: MatmulKernel,
  [pa, pb, pc, pi]: readonly Pointer[],
  memory: Memory,
): void {
  const right = b === "packed" ? { row: columns, column: 1 } : b;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = init === undefined ? 0 : pi!.get(i * init.row + j * init.column);
      for (let k = 0; k < inner; k++)
        sum += pa!.get(i * a.row + k * a.column) * pb!.get(k * right.row + j * right.column);
      pc!.set(i * c + j, Math.fround(sum));
      memory.startIteration();
    }
  }
}

function runOnHost(node: Node, pointers: readonly Pointer[]): void {
  const { op } = node;
  if (op.kind !== "general") throw new Error(`${op.name} on the host`);
  const values = [...node.inputs, node].map(({ type }, i) => {
    const size = type.shape.reduce((product, extent) => product * extent, 1);
    const array = { f32: Float32Array, i32: Int32Array, bool: Uint8Array }[type.dtype];
    const isOutput = i === node.inputs.length;
    const data = new array(size).map((_, n) => (isOutput ? 0 : pointers[i]!.get(n)));
    return new NdArray(type, data);
  });
  op.reference(values.slice(0, -1), values.at(-1)!, node.attrs, () => op.name);
  values.at(-1)!.data.forEach((value, n) => {
    pointers.at(-1)!.set(n, value);
  });
}
