/** What compiled kernels call outside of their module. */
import type { HostFunction } from "./lane-expression.js";
import type { LoopNest } from "./loop-nest.js";
import { expressionsOf } from "./loops/nest-expressions.js";
import type { FunctionReference } from "./wasm/function-builder.js";

/** Imported functions. */
export interface KernelImports {
  /** As many f64 as the function has parameters (one, if it names none), one f64 back. */
  readonly host: (f: HostFunction) => FunctionReference;
  /** (where, operand, its pointer, extent): refuses the indices in an operand, of which one is out of range; never returns. */
  readonly fail: FunctionReference;
}

/** The functions that a nest calls for elements, each once: imports are declared before the kernels that call them. */
export function hostFunctionsOf(kernel: LoopNest): HostFunction[] {
  const functions = new Set<HostFunction>();
  for (const expression of expressionsOf(kernel)) if (expression.kind === "host") functions.add(expression.function);
  return [...functions];
}
