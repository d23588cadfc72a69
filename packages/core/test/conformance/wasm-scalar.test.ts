/** Every operation and random graphs on compiled code, one element at a time. */
import { describeBackend } from "./backends.js";

describeBackend("wasm-scalar");
