/** A process whose engine has no WebAssembly: what a runtime runs on, and what it says when asked for more. */
import { createRuntime, input, mul, UnfoldError } from "@unfold/core";

delete (globalThis as { WebAssembly?: unknown }).WebAssembly;
const runtime = await createRuntime();
const x = input("x", [3]);
const { run } = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, x) } });
const { backend, fallback, simd, fma } = runtime.report();
const y = [...run({ x: [1, 2, 3] }).y.data];
const refused = await createRuntime({ backend: "wasm-scalar" }).catch((error: unknown) => error);
const problem = refused instanceof UnfoldError ? { code: refused.code, message: refused.message } : undefined;
console.log(JSON.stringify({ backend, fallback, simd, fma, y, problem }));
