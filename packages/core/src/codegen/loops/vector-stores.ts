/** Vectors to memory: nothing but the elements that exist is written. */
import type { DType } from "../../tensor/dtype.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { Elements } from "./lane-code.js";
import { REVERSED } from "./vector-loads.js";

/** Writes the lanes that exist, first to last. */
export function storeVector(f: FunctionBuilder, elements: Elements, value: Local): void {
  const { dtype, stride, lanes, address } = elements;
  if (dtype === "bool") storeBools(f, elements, value);
  else if (stride === 1) storeSideBySide(f, elements, value);
  else if (stride === -1 && lanes === 4) {
    const offset = address(3);
    f.get(value).get(value).shuffle(REVERSED).memory("v128.store", offset);
  } else {
    for (let lane = 0; lane < lanes; lane++) {
      const offset = address(lane);
      f.get(value).laneMemory("v128.store32_lane", lane, offset);
    }
  }
}

/** A lane as f32, or as i32; a bool as 0 or 1. */
export function extractLane(f: FunctionBuilder, dtype: DType, value: Local, lane: number): void {
  f.get(value).lane(dtype === "f32" ? "f32x4.extract_lane" : "i32x4.extract_lane", lane);
  if (dtype === "bool") f.i32(1).op("i32.and");
}

/** Writes the element on the stack. */
export function storeOne(f: FunctionBuilder, dtype: DType, offset: number): void {
  f.memory(dtype === "bool" ? "i32.store8" : `${dtype}.store`, offset);
}

function storeSideBySide(f: FunctionBuilder, { lanes, address }: Elements, value: Local): void {
  const offset = address(0);
  f.get(value);
  if (lanes === 4) f.memory("v128.store", offset);
  else if (lanes === 1) f.laneMemory("v128.store32_lane", 0, offset);
  else f.laneMemory("v128.store64_lane", 0, offset);
  if (lanes !== 3) return;
  const third = address(2);
  f.get(value).laneMemory("v128.store32_lane", 2, third);
}

/** Masks become 0 and 1. */
function storeBools(f: FunctionBuilder, { stride, lanes, address }: Elements, value: Local): void {
  if (stride === 1 && lanes === 4) {
    const offset = address(0);
    f.get(value).get(value).op("i16x8.narrow_i32x4_s").get(value).op("i8x16.narrow_i16x8_s");
    f.splat("i32", 0x01010101).op("v128.and").laneMemory("v128.store32_lane", 0, offset);
    return;
  }
  for (let lane = 0; lane < lanes; lane++) {
    const offset = address(lane);
    extractLane(f, "bool", value, lane);
    storeOne(f, "bool", offset);
  }
}
