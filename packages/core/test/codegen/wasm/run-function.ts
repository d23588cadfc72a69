/** Builds one function, has others judge the module, and runs it. */
import wabt from "wabt";
import type { FunctionBuilder, Signature } from "../../../src/codegen/wasm/function-builder.js";
import { ModuleBuilder } from "../../../src/codegen/wasm/module-builder.js";
import { engine } from "../../../src/runtime/wasm/engine.js";

const validator = await wabt();

/** Throws unless the bytes are a valid module, by wabt's judgement; returns its text. */
export function textOf(bytes: Uint8Array): string {
  const module = validator.readWasm(bytes, { check: true, ...{ simd: true, relaxed_simd: true } });
  try {
    module.validate();
    return module.toText({});
  } finally {
    module.destroy();
  }
}

/** Exports of a module whose imports are `memory` and the functions given. */
export function instantiate(
  module: ModuleBuilder,
  functions: Readonly<Record<string, (...numbers: number[]) => unknown>> = {},
): { readonly memory: ArrayBuffer; readonly exports: Readonly<Record<string, unknown>>; readonly text: string } {
  const bytes = module.finish();
  const text = textOf(bytes);
  const { Memory, Module, Instance } = engine()!;
  const memory = new Memory({ initial: 1, maximum: 1 });
  const { exports } = new Instance(new Module(bytes), { host: { memory, ...functions } });
  return { memory: memory.buffer, exports, text };
}

/** The function of this signature and body. */
export function functionOf(
  signature: Signature,
  build: (f: FunctionBuilder) => void,
): { readonly run: (...numbers: number[]) => number; readonly memory: ArrayBuffer; readonly text: string } {
  const module = new ModuleBuilder();
  const run = module.addFunction(signature, build);
  module.exportFunction("run", run);
  const { memory, exports, text } = instantiate(module);
  return { run: exports["run"] as (...numbers: number[]) => number, memory, text };
}
