/** What the engine can do, asked once by small modules. */
import type { FunctionBuilder } from "../../codegen/wasm/function-builder.js";
import { ModuleBuilder } from "../../codegen/wasm/module-builder.js";
import type { Target } from "../../codegen/wasm/target.js";
import { engine, type Engine } from "./engine.js";

/** Features of the engine that code is emitted for. */
export interface Features {
  readonly simd: boolean;
  /** Relaxed SIMD is there. */
  readonly relaxed: boolean;
  /** Its multiply-add rounds once. */
  readonly fma: boolean;
}

/** What is wanting where nothing can be compiled; undefined if WebAssembly is there and may be used. */
export function lackOfWebAssembly(): string | undefined {
  const found = engine();
  if (found === undefined) return "WebAssembly";
  try {
    new found.Module(moduleOf((f) => f));
    return undefined;
  } catch {
    // Pages may forbid it, while `validate` is always allowed.
    return "leave to compile WebAssembly: Content-Security-Policy: script-src 'wasm-unsafe-eval'";
  }
}

/** Asks the engine; undefined where no WebAssembly can be compiled. */
export function probeFeatures(): Features | undefined {
  const found = engine();
  if (found === undefined || lackOfWebAssembly() !== undefined) return undefined;
  const simd = found.validate(moduleOf((f) => f.splat("f32", 0).op("f32x4.neg").op("drop")));
  const relaxed = simd && found.validate(moduleOf((f) => multiplyAdd(f).op("drop")));
  return { simd, relaxed, fma: relaxed && roundsOnce(found) };
}

/** The tiles that suit the engine: V8 up to that of Node 23 moves all loads of a loop's body before its arithmetic. */
export function tilesOf(): Target["tiles"] {
  // Engines that have this are young enough.
  return "escape" in RegExp ? "wide" : "narrow";
}

const EPSILON = 2 ** -12;

/** (1 + ε) (1 - ε) - 1 is -ε² if it is rounded once, 0 if twice. */
function multiplyAdd(f: FunctionBuilder): FunctionBuilder {
  return f
    .splat("f32", 1 + EPSILON)
    .splat("f32", 1 - EPSILON)
    .splat("f32", -1)
    .op("f32x4.relaxed_madd");
}

function roundsOnce({ Memory, Module, Instance }: Engine): boolean {
  const memory = new Memory({ initial: 1, maximum: 1 });
  const bytes = moduleOf((f) => {
    f.i32(0);
    multiplyAdd(f).memory("v128.store");
  });
  const { exports } = new Instance(new Module(bytes), { host: { memory } });
  (exports["run"] as () => void)();
  return new Float32Array(memory.buffer)[0] !== 0;
}

function moduleOf(body: (f: FunctionBuilder) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.exportFunction("run", module.addFunction({ parameters: [], results: [] }, body));
  return module.finish();
}
