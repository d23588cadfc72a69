/** Code for one element at a time. */
import type { DType } from "../../tensor/dtype.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { fromHost, toHost } from "./host-elements.js";
import type { LaneCode } from "./lane-code.js";
import { scalarInstructions, scalarOperation } from "./scalar-operations.js";

/** Elements in locals of their own type, bools as i32. */
export const scalarCode: LaneCode = {
  width: 1,
  type: (dtype) => (dtype === "f32" ? "f32" : "i32"),
  constant: (f, dtype, value) => {
    if (dtype === "f32") f.f32(value);
    else f.i32(dtype === "bool" ? Number(value !== 0) : value);
  },
  splat: () => undefined,
  consecutive: () => undefined,
  operation: scalarOperation,
  host: (f, { target, inputs, inputTypes, dtype }) => {
    for (const [i, input] of inputs.entries()) {
      f.get(input);
      toHost(f, inputTypes[i]!);
    }
    f.call(target);
    fromHost(f, dtype);
  },
  loadUniform: (f, dtype, address) => {
    load(f, dtype, address(0));
  },
  load: (f, { dtype, address }) => {
    load(f, dtype, address(0));
  },
  store: (f, { dtype, address }, value) => {
    const offset = address(0);
    f.get(value);
    store(f, dtype, offset);
  },
  storeLane: (f, dtype, address, value) => {
    const offset = address(0);
    f.get(value);
    store(f, dtype, offset);
  },
  accumulateLane: (f, dtype, address, value) => {
    const offset = address(0);
    load(f, dtype, address(0));
    f.get(value);
    scalarInstructions(f, "add", dtype);
    store(f, dtype, offset);
  },
  lane: (f, value) => {
    f.get(value);
  },
  fillLanes: () => undefined,
  combine: (f, dtype, combine) => {
    scalarInstructions(f, combine, dtype);
  },
  combineLanes: () => undefined,
};

function load(f: FunctionBuilder, dtype: DType, offset: number): void {
  f.memory(dtype === "bool" ? "i32.load8_u" : `${dtype}.load`, offset);
}

function store(f: FunctionBuilder, dtype: DType, offset: number): void {
  f.memory(dtype === "bool" ? "i32.store8" : `${dtype}.store`, offset);
}
