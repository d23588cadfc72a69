/** Vectors from memory: nothing but the elements that exist is read. */
import type { DType } from "../../tensor/dtype.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { Elements, LaneAddress } from "./lane-code.js";

/** Turns the order of the lanes around. */
export const REVERSED: readonly number[] = [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3];

/** The same element in all lanes. */
export function loadUniform(f: FunctionBuilder, dtype: DType, address: LaneAddress): void {
  const offset = address(0);
  if (dtype === "bool") f.memory("i32.load8_u", offset).op("i32x4.splat").op("i32x4.neg");
  else f.memory("v128.load32_splat", offset);
}

/** An element in each lane; zeros where there is none. */
export function loadVector(f: FunctionBuilder, elements: Elements): void {
  const { dtype, stride, lanes, address } = elements;
  if (dtype === "bool") loadBools(f, elements);
  else if (stride === 1) loadSideBySide(f, elements);
  else if (stride === -1 && lanes === 4) {
    const value = f.local("v128");
    f.memory("v128.load", address(3)).tee(value).get(value).shuffle(REVERSED);
    f.free(value);
  } else loadApart(f, elements);
}

function loadSideBySide(f: FunctionBuilder, { lanes, address }: Elements): void {
  if (lanes === 4) f.memory("v128.load", address(0));
  else if (lanes === 3) {
    const third = address(2);
    f.memory("v128.load64_zero", address(0)).laneMemory("v128.load32_lane", 2, third);
  } else f.memory(lanes === 2 ? "v128.load64_zero" : "v128.load32_zero", address(0));
}

function loadApart(f: FunctionBuilder, { lanes, address }: Elements): void {
  const offsets: number[] = [];
  for (let lane = lanes - 1; lane >= 0; lane--) offsets[lane] = address(lane);
  f.memory("v128.load32_zero", offsets[0]);
  for (let lane = 1; lane < lanes; lane++) f.laneMemory("v128.load32_lane", lane, offsets[lane]);
}

/** 0 and 1 become masks. */
function loadBools(f: FunctionBuilder, { stride, lanes, address }: Elements): void {
  if (stride === 1 && lanes === 4) {
    f.memory("v128.load32_zero", address(0)).op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
  } else {
    f.memory("i32.load8_u", address(0)).op("i32x4.splat");
    for (let lane = 1; lane < lanes; lane++) f.memory("i32.load8_u", address(lane)).lane("i32x4.replace_lane", lane);
  }
  f.op("i32x4.neg");
}
