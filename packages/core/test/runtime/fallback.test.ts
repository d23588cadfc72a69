/** Which backend a runtime takes, and what it says about one that the engine cannot run. */
import { createRuntime, input, mul, type BackendName } from "@unfold/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { rejectionOf } from "../problem-of.js";
import { inProcess } from "../processes/in-process.js";
import { engine } from "../../src/runtime/wasm/engine.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const refusal = (backend: BackendName, lack: string): { code: string; message: string } => ({
  code: "BACKEND_MISSING",
  message: `createRuntime(options): the engine must be able to run the backend "${backend}", got an engine without ${lack}. Leave backend out, or take "interpreter".`,
});

/** An engine that does not know modules with some bytes in them. */
function engineWithout(unknown: readonly number[]): void {
  const real = engine()!;
  const holds = (bytes: Uint8Array): boolean =>
    bytes.some((_, i) => unknown.every((byte, offset) => bytes[i + offset] === byte));
  const validate = (bytes: Uint8Array<ArrayBuffer>): boolean => !holds(bytes) && real.validate(bytes);
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(real) as object, { validate }));
}

const SIMD = [0xfd];
const RELAXED_MULTIPLY_ADD = [0xfd, 0x85, 0x02];

describe.each([
  ["relaxed SIMD", RELAXED_MULTIPLY_ADD, "wasm-simd", "fused multiply-add of relaxed SIMD", "wasm-relaxed"],
  ["SIMD", SIMD, "wasm-scalar", "WebAssembly SIMD", "wasm-simd"],
] as const)("an engine without %s", (_, bytes, backend, lack, missing) => {
  test("runs on the next best, and says what it lacks", async () => {
    engineWithout(bytes);
    const runtime = await createRuntime();
    expect(runtime.report()).toMatchObject({ backend, fallback: lack, simd: backend !== "wasm-scalar", fma: false });
    const x = input("x", [5]);
    const { run } = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, x) } });
    expect([...run({ x: [1, 2, 3, 4, 5] }).y.data]).toEqual([1, 4, 9, 16, 25]);
  });

  test("refuses what it cannot run, and has no fallback to report where it was asked by name", async () => {
    engineWithout(bytes);
    expect(await rejectionOf(createRuntime({ backend: missing }))).toEqual(refusal(missing, lack));
    expect((await createRuntime({ backend })).report().fallback).toBeUndefined();
  });
});

test("an engine without WebAssembly runs on the interpreter", () => {
  expect(inProcess("without-web-assembly")).toEqual({
    backend: "interpreter f32",
    fallback: "WebAssembly",
    simd: false,
    fma: false,
    y: [1, 4, 9],
    problem: refusal("wasm-scalar", "WebAssembly"),
  });
});

test.runIf(process.versions.node.startsWith("20."))("Node 20 as it is has no relaxed SIMD", async () => {
  const problem = await rejectionOf(createRuntime({ backend: "wasm-relaxed" }));
  expect(problem).toEqual(refusal("wasm-relaxed", "fused multiply-add of relaxed SIMD"));
  expect((await createRuntime()).report()).toMatchObject({
    backend: "wasm-simd",
    fallback: "fused multiply-add of relaxed SIMD",
  });
});

test("double precision is the interpreter's, and nothing is missing then", async () => {
  expect((await createRuntime({ precision: "f64" })).report()).toMatchObject({
    backend: "interpreter f64",
    fallback: undefined,
  });
  const problem = await rejectionOf(createRuntime({ precision: "f64", backend: "wasm-simd" }));
  expect(problem).toEqual(refusal("wasm-simd", "double precision"));
});

test("backends by another name are refused", async () => {
  const options: object = { backend: "webgl" };
  expect(await rejectionOf(createRuntime(options))).toEqual({
    code: "OPTIONS",
    message:
      'createRuntime(options): backend must be "auto" or one of wasm-relaxed, wasm-simd, wasm-scalar, interpreter, got webgl.',
  });
});
