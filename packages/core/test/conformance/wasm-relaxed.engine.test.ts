/** Every operation and random graphs on compiled code, in vectors of four with fused multiply-add. */
import { setFlagsFromString } from "node:v8";
import { describeBackend } from "./backends.js";

// Node 20 has it behind a flag, which must be set before the first module is compiled.
setFlagsFromString("--experimental-wasm-relaxed-simd");
describeBackend("wasm-relaxed");
