/** A loop nest as a function to be called. */
import wabt from "wabt";
import { hostFunctionsOf } from "../../../src/codegen/kernel-imports.js";
import type { LoopNest } from "../../../src/codegen/loop-nest.js";
import { emitLoopNest } from "../../../src/codegen/loops/emit-loop-nest.js";
import { ModuleBuilder } from "../../../src/codegen/wasm/module-builder.js";
import type { Target } from "../../../src/codegen/wasm/target.js";
import { engine, type EngineMemory } from "../../../src/runtime/wasm/engine.js";

const validator = await wabt();

/** What compiled code says of indices out of range. */
export interface Refusal {
  readonly where: number;
  readonly operand: number;
  readonly pointer: number;
  readonly extent: number;
}

/** Indices that compiled code refused. */
export class IndexRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super("index refused");
    this.refusal = refusal;
  }
}

/** The module's bytes. */
export function emitNest(nest: LoopNest, target: Target): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const integers = ["i32", "i32", "i32", "i32"] as const;
  const fail = module.importFunction("fail", { parameters: integers, results: [] });
  const hosts = new Map(
    hostFunctionsOf(nest).map((f, i) => {
      const parameters = new Array<"f64">(Math.max(1, f.length)).fill("f64");
      return [f, module.importFunction(`lane${i}`, { parameters, results: ["f64"] })];
    }),
  );
  const run = emitLoopNest(nest, module, target, { host: (f) => hosts.get(f)!, fail });
  module.exportFunction("run", run);
  return module.finish();
}

/** Throws unless the bytes are a valid module, by the judgement of others. */
export function validate(bytes: Uint8Array): void {
  const module = validator.readWasm(bytes, { check: true, ...{ simd: true, relaxed_simd: true } });
  try {
    module.validate();
  } finally {
    module.destroy();
  }
}

/** The function: pointers, and a number for errors. */
export function compileNest(nest: LoopNest, target: Target, memory: EngineMemory): (...parameters: number[]) => void {
  const bytes = emitNest(nest, target);
  const lanes = hostFunctionsOf(nest).map((f, i) => [`lane${i}`, f] as const);
  const fail = (where: number, operand: number, pointer: number, extent: number): never => {
    throw new IndexRefused({ where, operand, pointer, extent });
  };
  const imports = { host: { memory, fail, ...Object.fromEntries(lanes) } };
  const { Instance, Module } = engine()!;
  const { exports } = new Instance(new Module(bytes), imports);
  return exports["run"] as (...parameters: number[]) => void;
}
