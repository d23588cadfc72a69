/** Where everything lies while a program runs. */
import type { DType } from "../../tensor/dtype.js";
import type { Buffer, LoopProgram } from "../loop-program.js";
import { placeLifetimes } from "./arena.js";
import { liveRanges, stepsOf } from "./live-ranges.js";
import { successorsOf } from "./successors.js";

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
  const steps = stepsOf(program);
  const ranges = liveRanges(program, steps);
  const rows = inRows([...ranges.keys()], successorsOf(steps, ranges));
  const lifetimes = rows.map((row) => ({
    bytes: bytesOf(row[0]!),
    first: ranges.get(row[0]!)!.first,
    last: ranges.get(row.at(-1)!)!.last,
  }));
  const { offsets, bytes } = placeLifetimes(lifetimes, ALIGNMENT);
  return {
    offsets: new Map(rows.flatMap((row, i) => row.map((buffer) => [buffer, offsets[i]!] as const))),
    peakBytes: bytes,
    totalBytes: [...ranges.keys()].reduce((total, buffer) => total + bytesOf(buffer), 0),
  };
}

/** All buffers, those together that follow each other in one place. */
function inRows(buffers: readonly Buffer[], successors: ReadonlyMap<Buffer, Buffer>): (readonly Buffer[])[] {
  const following = new Set(successors.values());
  return buffers
    .filter((buffer) => !following.has(buffer))
    .map((first) => {
      const row = [first];
      for (let next = successors.get(first); next !== undefined; next = successors.get(next)) row.push(next);
      return row;
    });
}

function bytesOf({ dtype, size }: Buffer): number {
  return size * elementBytes(dtype);
}
