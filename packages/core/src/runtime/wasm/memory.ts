/** One memory for everything a runtime holds: storage of leaves, constants of programs, and the arena they all run in. */
import { RuntimeError } from "../../errors.js";
import { allocate as allocateOnHost } from "../../tensor/nd-array.js";
import type { DType, TypedArrayOf } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import type { TensorType } from "../../tensor/tensor-type.js";
import type { Slot } from "../backend.js";
import type { Engine, EngineMemory } from "./engine.js";

const PAGE = 65536;
/** 4 GiB: addresses have 32 bits. */
const MOST_PAGES = 65536;
const ALIGNMENT = 64;

interface Region {
  readonly start: number;
  readonly end: number;
}

/** A growing memory with regions that are handed out and given back. */
export class RuntimeMemory {
  readonly memory: EngineMemory;
  /** Regions that nobody has, by address; none touches another. */
  #free: Region[] = [];
  /** Everything from here on is free. */
  #top = ALIGNMENT;
  #pages = 1;
  #arena: Region = { start: 0, end: 0 };

  constructor({ Memory }: Engine) {
    this.memory = new Memory({ initial: 1, maximum: MOST_PAGES });
  }

  /** Bytes of the whole memory. */
  get bytes(): number {
    return this.#pages * PAGE;
  }

  /** Bytes that are handed out, the arena included. */
  get usedBytes(): number {
    return this.#top - this.#free.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Where the arena that all programs share begins. It moves when it grows. */
  get arena(): number {
    return this.#arena.start;
  }

  /** Makes the arena at least so large; what is in it is lost if it moves. @throws RuntimeError MEMORY_LIMIT: it stays as it was */
  reserveArena(bytes: number): void {
    const size = this.#arena.end - this.#arena.start;
    if (size >= bytes) return;
    if (size > 0) this.release(this.#arena.start, size);
    try {
      this.#placeArena(bytes);
    } catch (error) {
      this.#placeArena(size);
      throw error;
    }
  }

  #placeArena(bytes: number): void {
    const start = this.allocate(bytes);
    this.#arena = { start, end: start + roundUp(bytes) };
  }

  /** The address of so many bytes that nobody else has; their contents are garbage. @throws RuntimeError MEMORY_LIMIT */
  allocate(bytes: number): number {
    const size = roundUp(bytes);
    const index = this.#free.findIndex(({ start, end }) => end - start >= size);
    const region = this.#free[index];
    if (region !== undefined) {
      const rest = { start: region.start + size, end: region.end };
      this.#free.splice(index, 1, ...(rest.start < rest.end ? [rest] : []));
      return region.start;
    }
    const start = this.#top;
    this.#growTo(start + size);
    this.#top = start + size;
    return start;
  }

  /** Gives bytes back that `allocate` handed out. */
  release(address: number, bytes: number): void {
    const region = { start: address, end: address + roundUp(bytes) };
    const sorted = [...this.#free, region].sort((a, b) => a.start - b.start);
    const joined: { start: number; end: number }[] = [];
    for (const { start, end } of sorted) {
      const last = joined.at(-1);
      if (last?.end === start) last.end = end;
      else joined.push({ start, end });
    }
    const last = joined.at(-1);
    if (last?.end === this.#top) {
      this.#top = last.start;
      joined.pop();
    }
    this.#free = joined;
  }

  /** A tensor at an address that may move. Its array is made anew when it has moved or the memory has grown. */
  slot(type: TensorType, address: () => number): Slot {
    const { memory } = this;
    const size = sizeOf(type.shape);
    let at = -1;
    let data: TypedArrayOf<DType> = allocateOnHost(type.dtype, 0, "f32");
    return {
      type,
      get data() {
        const now = address();
        if (now !== at || data.buffer !== memory.buffer) {
          data = view(type.dtype, memory.buffer, now, size);
          at = now;
        }
        return data;
      },
    };
  }

  #growTo(bytes: number): void {
    const pages = Math.ceil(bytes / PAGE);
    if (pages <= this.#pages) return;
    // Twice as much at a time, so that many small requests do not grow it each time.
    for (const wanted of [Math.min(Math.max(pages, 2 * this.#pages), MOST_PAGES), pages]) {
      try {
        if (pages > MOST_PAGES) break;
        this.memory.grow(wanted - this.#pages);
        this.#pages = wanted;
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    throw new RuntimeError({
      code: "MEMORY_LIMIT",
      where: "runtime memory",
      rule: `a runtime's memory must be at most ${formatBytes(MOST_PAGES * PAGE)}, and the system must have it`,
      got: `a request that needs ${formatBytes(bytes)} in all`,
      fix: "Use smaller batches or fewer steps, or checkpoint long scans",
      details: { bytes, limit: MOST_PAGES * PAGE },
    });
  }
}

/** A typed array over memory. */
export function view(dtype: DType, buffer: ArrayBuffer, address: number, size: number): TypedArrayOf<DType> {
  const array = { f32: Float32Array, i32: Int32Array, bool: Uint8Array }[dtype];
  return new array(buffer, address, size);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function formatBytes(bytes: number): string {
  return `${bytes} bytes (${(bytes / 2 ** 20).toFixed(1)} MiB)`;
}
