/** Vectors of which only the first lanes exist: nothing behind them is read or written. */
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** Leaves a vector on the stack: `lanes` floats from memory, then zeros. */
export function loadLanes(f: FunctionBuilder, address: Local, offset: number, lanes: number): void {
  if (lanes >= 4) f.get(address).memory("v128.load", offset);
  else if (lanes === 1) f.get(address).memory("v128.load32_zero", offset);
  else if (lanes === 2) f.get(address).memory("v128.load64_zero", offset);
  else {
    f.get(address).get(address).memory("v128.load64_zero", offset);
    f.laneMemory("v128.load32_lane", 2, offset + 8);
  }
}

/** Writes the first lanes of a vector. */
export function storeLanes(f: FunctionBuilder, address: Local, value: Local, offset: number, lanes: number): void {
  f.get(address).get(value);
  if (lanes >= 4) f.memory("v128.store", offset);
  else if (lanes === 1) f.laneMemory("v128.store32_lane", 0, offset);
  else {
    f.laneMemory("v128.store64_lane", 0, offset);
    if (lanes === 3)
      f.get(address)
        .get(value)
        .laneMemory("v128.store32_lane", 2, offset + 8);
  }
}

/** Lanes of a vector of a row that exist. */
export function lanesOf(columns: number, vector: number): number {
  return Math.min(4, columns - 4 * vector);
}

/** Adds a number of bytes to a pointer. */
export function advance(f: FunctionBuilder, pointer: Local, bytes: number): void {
  if (bytes !== 0) f.get(pointer).i32(bytes).op("i32.add").set(pointer);
}
