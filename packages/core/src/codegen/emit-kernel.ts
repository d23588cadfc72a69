/** A kernel of any kind as a WebAssembly function. */
import type { Kernel } from "./kernel.js";
import type { KernelImports } from "./kernel-imports.js";
import { emitLoopNest } from "./loops/emit-loop-nest.js";
import { emitMatmul } from "./matmul/emit-matmul.js";
import { emitPack } from "./matmul/emit-pack.js";
import { emitProcedure } from "./procedure/emit-procedure.js";
import type { FunctionReference } from "./wasm/function-builder.js";
import type { ModuleBuilder } from "./wasm/module-builder.js";
import type { Target } from "./wasm/target.js";

/** The function; its parameters are the kernel's operands. */
export function emitKernel(
  kernel: Kernel,
  module: ModuleBuilder,
  target: Target,
  imports: KernelImports,
): FunctionReference {
  switch (kernel.kind) {
    case "loop-nest":
      return emitLoopNest(kernel, module, target, imports);
    case "procedure":
      return emitProcedure(kernel, module);
    case "matmul":
      return emitMatmul(kernel, module, target);
    case "pack":
      return emitPack(kernel, module, target);
  }
}
