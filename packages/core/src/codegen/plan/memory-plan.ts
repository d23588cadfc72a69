/** Where everything lies while a program runs. */
import type { DType } from "../../tensor/dtype.js";
import type { Buffer, LoopProgram } from "../loop-program.js";
import { placeLifetimes } from "./arena.js";
import { liveRanges } from "./live-ranges.js";

/** A plan of the arena. */
export interface MemoryPlan {
  /** Bytes from the start of the arena, per buffer in it. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  /** The most that is needed at any time. */
  readonly peakBytes: number;
  /** What all buffers would take side by side. */
  readonly totalBytes: number;
}

/** Vectors are loaded fastest from multiples of this. */
const ALIGNMENT = 64;
const ELEMENT_BYTES: Readonly<Record<DType, number>> = { f32: 4, i32: 4, bool: 1 };

/** Bytes of an element. */
export function elementBytes(dtype: DType): number {
  return ELEMENT_BYTES[dtype];
}

/** The plan of a program. */
export function planMemory(program: LoopProgram): MemoryPlan {
  const ranges = [...liveRanges(program)];
  const lifetimes = ranges.map(([{ dtype, size }, range]) => ({ bytes: size * elementBytes(dtype), ...range }));
  const { offsets, bytes } = placeLifetimes(lifetimes, ALIGNMENT);
  return {
    offsets: new Map(ranges.map(([buffer], i) => [buffer, offsets[i]!])),
    peakBytes: bytes,
    totalBytes: lifetimes.reduce((total, lifetime) => total + lifetime.bytes, 0),
  };
}
