/** Operands in a memory where everything around them is watched. */
import type { LoopNest } from "../../../src/codegen/loop-nest.js";
import { accessesOf } from "../../../src/codegen/loops/nest-expressions.js";
import { engine, type EngineMemory } from "../../../src/runtime/wasm/engine.js";
import type { DType } from "../../../src/tensor/dtype.js";
import type { Choose } from "./choose.js";
import { chooseElements, type NestSample } from "./choose-nest.js";
import type { Elements, Written } from "../reference/nest-reference.js";

/** Elements around an operand's pointer, both ends included; none if high is below low. */
interface Reach {
  readonly low: number;
  readonly high: number;
}

/** Operands, and where each one's pointer points. */
export interface OperandMemory {
  readonly memory: EngineMemory;
  readonly pointers: readonly number[];
  readonly elements: readonly Elements[];
}

const BYTES: Readonly<Record<DType, number>> = { f32: 4, i32: 4, bool: 1 };
const GUARD = 0xa5;

/** So many pages. */
export function createMemory(pages: number): EngineMemory {
  return new (engine()!.Memory)({ initial: pages, maximum: pages });
}

/** How far the accesses to each operand reach. */
function reaches(nest: LoopNest): Reach[] {
  const found = nest.operands.map(() => ({ low: Infinity, high: -Infinity }));
  const hasIterations = !nest.shape.includes(0);
  for (const access of accessesOf(nest)) {
    let [low, high] = [access.constant, access.constant];
    const extend = (stride: number, extent: number): void => {
      low += Math.min(0, stride * (extent - 1));
      high += Math.max(0, stride * (extent - 1));
    };
    nest.shape.forEach((extent, axis) => {
      extend(access.strides[axis]!, Math.max(extent, 1));
    });
    for (const { stride, extent } of access.indirect) extend(stride, extent);
    const isReduced = nest.stores.some((store) => store.access === access && store.mode.kind === "reduce");
    if (!hasIterations && !isReduced) continue;
    const reach = found[access.operand]!;
    found[access.operand] = { low: Math.min(reach.low, low), high: Math.max(reach.high, high) };
  }
  return found;
}

/** Random operands: one at the very start of memory, one at its very end, so that reading past them traps. */
export function createOperands({ nest, indexOperands }: NestSample, choose: Choose, isTame: boolean): OperandMemory {
  const order = nest.operands.map((_, i) => i).sort(() => choose.int(-1, 1));
  const places: { readonly operand: number; readonly start: number; readonly reach: Reach }[] = [];
  const all = reaches(nest);
  let end = 0;
  for (const operand of order) {
    const reach = all[operand]!;
    const bytes = BYTES[nest.operands[operand]!];
    if (reach.high < reach.low) continue;
    // A pointer is an address, even if all elements lie behind it.
    const first = end === 0 ? Math.max(0, reach.low) * bytes : end + choose.int(1, 40) + Math.max(0, reach.low) * bytes;
    const start = Math.ceil(first / bytes) * bytes;
    places.push({ operand, start, reach });
    end = start + (reach.high - reach.low + 1) * bytes;
  }
  const memory = createMemory(Math.max(1, Math.ceil((end + 8) / 65536)));
  const view = new DataView(memory.buffer);
  new Uint8Array(memory.buffer).fill(GUARD);
  const pointers = nest.operands.map(() => 0);
  const elements = nest.operands.map(() => new Map<number, number>());
  for (const [i, { operand, start, reach }] of places.entries()) {
    const dtype = nest.operands[operand]!;
    const isLast = i === places.length - 1 && i > 0;
    const bytes = BYTES[dtype];
    const at = isLast ? memory.buffer.byteLength - (reach.high - reach.low + 1) * bytes : start;
    pointers[operand] = at - reach.low * bytes;
    const values = chooseElements(choose, dtype, reach.high - reach.low + 1, indexOperands.has(operand), isTame);
    for (const [k, value] of values.entries()) {
      elements[operand]!.set(reach.low + k, value);
      write(view, dtype, at + k * bytes, value);
    }
  }
  return { memory, pointers, elements };
}

/** What differs from what had to be written, as text; nothing if all is well. */
export function differences(
  nest: LoopNest,
  { memory, pointers }: OperandMemory,
  before: Uint8Array,
  written: readonly ReadonlyMap<number, Written>[],
  terms: number,
): string[] {
  const view = new DataView(memory.buffer);
  const problems: string[] = [];
  const touched = before.slice();
  const after = new Uint8Array(memory.buffer);
  for (const [operand, elements] of written.entries()) {
    const dtype = nest.operands[operand]!;
    for (const [at, expected] of elements) {
      const address = pointers[operand]! + at * BYTES[dtype];
      touched.set(after.subarray(address, address + BYTES[dtype]), address);
      const got = read(view, dtype, address);
      if (!agrees(got, expected, terms)) problems.push(`p${operand}[${at}] must be ${expected.value}, got ${got}`);
    }
  }
  for (let i = 0; i < after.length; i++)
    if (after[i] !== touched[i]) problems.push(`byte ${i} changed from ${touched[i]!} to ${after[i]!}`);
  return problems;
}

/** Equal bits (any NaN for NaN); sums of floats within the bound that emitLoopNest states. */
function agrees(got: number, { value, magnitude }: Written, terms: number): boolean {
  if (magnitude === undefined) return Object.is(got, value);
  // Sums that overflow, or hold an infinity, may do so in any order.
  if (!(magnitude < 1e30)) return true;
  const additions = Math.min(terms, 512 + terms / 16);
  return Math.abs(got - value) <= (additions + 1) * 2 ** -24 * magnitude + 2 ** -148;
}

function write(view: DataView, dtype: DType, at: number, value: number): void {
  if (dtype === "f32") view.setFloat32(at, value, true);
  else if (dtype === "i32") view.setInt32(at, value, true);
  else view.setUint8(at, value);
}

function read(view: DataView, dtype: DType, at: number): number {
  if (dtype === "f32") return view.getFloat32(at, true);
  return dtype === "i32" ? view.getInt32(at, true) : view.getUint8(at);
}
