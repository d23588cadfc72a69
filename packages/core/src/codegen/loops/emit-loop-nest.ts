/** Placeholder until the emitter of loop nests is there. */
import type { KernelImports } from "../kernel-imports.js";
import type { LoopNest } from "../loop-nest.js";
import type { FunctionReference } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
export function emitLoopNest(
  kernel: LoopNest,
  module: ModuleBuilder,
  target: Target,
  imports: KernelImports,
): FunctionReference {
  void [kernel, module, target, imports];
  throw new Error("not yet");
}
export function hasIndirect(kernel: LoopNest): boolean {
  void kernel;
  return false;
}
