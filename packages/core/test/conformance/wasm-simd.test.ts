/** Every operation and random graphs on compiled code, in vectors of four. */
import { describeBackend } from "./backends.js";

describeBackend("wasm-simd");
