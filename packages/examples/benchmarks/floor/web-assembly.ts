/** The part of WebAssembly's JavaScript interface that the floor uses; neither the language nor Node's types have it. */

/** A module that has been compiled. */
export type WasmModule = object;

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown };
  readonly validate: (bytes: Uint8Array) => boolean;
}

const { Module, Instance, validate } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface })
  .WebAssembly;

/** Whether the engine takes a program. */
export function isRunnable(bytes: Uint8Array): boolean {
  return validate(bytes);
}

/** What a program exports; the caller says what that is. */
export function exportsOf(bytes: Uint8Array): unknown {
  return new Instance(new Module(bytes)).exports;
}

/** A program's memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
