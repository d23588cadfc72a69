/** Loads and stores of lanes. Truth values are bytes in memory. */
import type { DType } from "../../tensor/dtype.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { LaneMode } from "./lane-code.js";

const REVERSED = [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3];

/** Loads one element; the address is on the stack. In a vector it is the first lane. */
export function loadLane(f: FunctionBuilder, mode: LaneMode, dtype: DType, immediate: number): void {
  if (dtype === "bool") {
    f.memory("i32.load8_u", immediate);
    if (mode.isVector) f.op("i32x4.splat").splat("i32", 0).op("i32x4.ne");
  } else if (mode.isVector) f.memory("v128.load32_zero", immediate);
  else f.memory(dtype === "f32" ? "f32.load" : "i32.load", immediate);
}

/** Loads four elements at a distance; the address of the first is on the stack. */
export function loadVector(f: FunctionBuilder, dtype: DType, stride: number, immediate: number): void {
  const bytes = dtype === "bool" ? 1 : 4;
  if (dtype === "bool") {
    if (stride === 0) f.memory("i32.load8_u", immediate).op("i32x4.splat");
    else if (stride === 1) {
      f.memory("v128.load32_zero", immediate).op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
    } else gather(f, stride * bytes, immediate, "i32.load8_u");
    f.splat("i32", 0).op("i32x4.ne");
  } else if (stride === 0) f.memory("v128.load32_splat", immediate);
  else if (stride === 1) f.memory("v128.load", immediate);
  else if (stride === -1) {
    const vector = f.local("v128");
    if (immediate >= 12) f.memory("v128.load", immediate - 12);
    else f.i32(12).op("i32.sub").memory("v128.load", immediate);
    f.tee(vector).get(vector).shuffle(REVERSED);
    f.free(vector);
  } else gather(f, stride * bytes, immediate, "i32.load");
}

/** Four elements, one by one. */
function gather(f: FunctionBuilder, distance: number, immediate: number, name: "i32.load" | "i32.load8_u"): void {
  const address = f.local("i32");
  f.set(address);
  for (let lane = 0; lane < 4; lane++) {
    const at = immediate + lane * distance;
    f.get(address);
    if (at < 0) f.i32(at).op("i32.add");
    f.memory(name, Math.max(at, 0));
    if (lane === 0) f.op("i32x4.splat");
    else f.lane("i32x4.replace_lane", lane);
  }
  f.free(address);
}

/** Stores one lane of a value; the address is on the stack. */
export function storeLane(
  f: FunctionBuilder,
  mode: LaneMode,
  dtype: DType,
  value: Local,
  lane: number,
  immediate: number,
): void {
  f.get(value);
  if (!mode.isVector)
    f.memory(dtype === "bool" ? "i32.store8" : dtype === "f32" ? "f32.store" : "i32.store", immediate);
  else if (dtype === "bool") f.lane("i32x4.extract_lane", lane).i32(1).op("i32.and").memory("i32.store8", immediate);
  else f.laneMemory("v128.store32_lane", lane, immediate);
}

/** Stores four elements next to each other; the address is on the stack. */
export function storeVector(f: FunctionBuilder, dtype: DType, value: Local, immediate: number): void {
  f.get(value);
  if (dtype !== "bool") {
    f.memory("v128.store", immediate);
    return;
  }
  const halves = f.local("v128");
  f.get(value).op("i16x8.narrow_i32x4_s").tee(halves).get(halves).op("i8x16.narrow_i16x8_s");
  f.splat("i32", 0x01010101).op("v128.and").laneMemory("v128.store32_lane", 0, immediate);
  f.free(halves);
}
