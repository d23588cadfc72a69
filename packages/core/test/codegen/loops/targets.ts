/** Every kind of engine that loops are emitted for. */
import { setFlagsFromString } from "node:v8";
import type { Target } from "../../../src/codegen/wasm/target.js";

// Node 20 has relaxed SIMD behind a flag, which counts only before the first module is compiled.
setFlagsFromString("--experimental-wasm-relaxed-simd");

/** By name; the scalar one does without vectors. */
export const TARGETS: readonly (readonly [string, Target])[] = [
  ["scalar", { simd: false, relaxed: false }],
  ["simd", { simd: true, relaxed: false }],
  ["relaxed", { simd: true, relaxed: true }],
  ["relaxed, paired", { simd: true, relaxed: true, tiles: "paired" }],
];
