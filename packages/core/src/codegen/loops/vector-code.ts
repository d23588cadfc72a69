/** Code for four elements at a time. */
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { fromHost, toHost } from "./host-elements.js";
import type { HostCode, LaneCode } from "./lane-code.js";
import { writeLimit } from "./vector-limits.js";
import { loadUniform, loadVector } from "./vector-loads.js";
import { extractLane, storeVector, storeOne } from "./vector-stores.js";
import { vectorInstruction, vectorOperation } from "./vector-operations.js";

/** Shuffles that bring lanes 2 and 3, or lane 1, to the front. */
const HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const SECOND = [4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15];

/** Elements in vectors, bools as masks; `relaxed`: with one rounding in a multiplication that is added. */
export function vectorCode(relaxed: boolean): LaneCode {
  return {
    width: 4,
    type: () => "v128",
    constant: (f, dtype, value) => {
      if (dtype === "bool") f.splat("i32", value === 0 ? 0 : -1);
      else f.splat(dtype, value);
    },
    splat: (f) => {
      f.op("i32x4.splat");
    },
    consecutive: (f) => {
      f.op("i32x4.splat")
        .v128(new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer))
        .op("i32x4.add");
    },
    operation: (f, operation, push) => {
      if (!writeLimit(f, operation, push)) vectorOperation(f, operation, push, relaxed);
    },
    host: hostLanes,
    loadUniform,
    load: loadVector,
    store: storeVector,
    storeLane: (f, dtype, address, value, lane) => {
      const offset = address(lane);
      extractLane(f, dtype, value, lane);
      storeOne(f, dtype, offset);
    },
    accumulateLane: (f, dtype, address, value, lane) => {
      const offset = address(lane);
      const type = dtype === "f32" ? "f32" : "i32";
      const own = address(lane);
      f.memory(`${type}.load`, own);
      extractLane(f, dtype, value, lane);
      f.op(`${type}.add`);
      storeOne(f, dtype, offset);
    },
    lane: (f, value, lane) => {
      f.get(value).lane("i32x4.extract_lane", lane);
    },
    fillLanes: (f, dtype, lanes, filling) => {
      if (lanes === 4) return;
      f.splat(dtype === "f32" ? "f32" : "i32", filling);
      f.shuffle(Array.from({ length: 16 }, (_, byte) => (byte < 4 * lanes ? byte : 16 + byte)));
    },
    combine: (f, dtype, combine) => {
      f.op(vectorInstruction(combine, dtype));
    },
    combineLanes: (f, dtype, combine, value) => {
      for (const bytes of [HALVES, SECOND]) {
        f.get(value).get(value).get(value).shuffle(bytes).op(vectorInstruction(combine, dtype)).set(value);
      }
    },
  };
}

/** One call after the other; the lanes of the result are equal if only one is asked for. */
function hostLanes(f: FunctionBuilder, { target, inputs, inputTypes, dtype, lanes }: HostCode): void {
  const result = f.local("v128");
  for (let lane = 0; lane < lanes; lane++) {
    if (lane > 0) f.get(result);
    for (const [i, input] of inputs.entries()) {
      extractLane(f, inputTypes[i]!, input, lane);
      toHost(f, inputTypes[i]!);
    }
    f.call(target);
    fromHost(f, dtype);
    if (dtype === "bool") f.i32(31).op("i32.shl").i32(31).op("i32.shr_s");
    const type = dtype === "f32" ? "f32x4" : "i32x4";
    if (lane === 0) f.op(`${type}.splat`);
    else f.lane(`${type}.replace_lane`, lane);
    f.set(result);
  }
  f.get(result);
  f.free(result);
}
