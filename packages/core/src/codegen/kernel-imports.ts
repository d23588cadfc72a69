/** What kernels call outside the module. */
import type { HostFunction } from "./lane-expression.js";
import type { LoopNest } from "./loop-nest.js";
import type { FunctionReference } from "./wasm/function-builder.js";

/** Functions of the host. */
export interface KernelImports {
  readonly host: (f: HostFunction) => FunctionReference;
  readonly fail: FunctionReference;
}

/** Placeholder until the emitter of loop nests is there. */
export function hostFunctionsOf(kernel: LoopNest): HostFunction[] {
  void kernel;
  return [];
}
