/** Every cell on compiled code, one element and four elements at a time, and on the interpreter at 32 bits. */
import { describeCompiledCells } from "./compiled-cells.js";

describeCompiledCells(["interpreter", "wasm-scalar", "wasm-simd"]);
