/** Every cell on compiled code in vectors of four with fused multiply-add. */
import { setFlagsFromString } from "node:v8";
import { describeCompiledCells } from "./compiled-cells.js";

// Node 20 has it behind a flag, which must be set before the first module is compiled.
setFlagsFromString("--experimental-wasm-relaxed-simd");
describeCompiledCells(["wasm-relaxed"], ["folded", "unfolded, backwards"]);
