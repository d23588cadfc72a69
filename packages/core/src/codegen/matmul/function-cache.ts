/** Functions that several kernels of a module share. */
import type { FunctionBuilder, FunctionReference, Signature } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";

const caches = new WeakMap<ModuleBuilder, Map<string, FunctionReference>>();

/** The function of this description, added to the module unless it has it already. The description says all of it. */
export function sharedFunction(
  module: ModuleBuilder,
  description: { readonly name: string },
  signature: Signature,
  build: (f: FunctionBuilder) => void,
): FunctionReference {
  let cache = caches.get(module);
  if (cache === undefined) caches.set(module, (cache = new Map<string, FunctionReference>()));
  const key = JSON.stringify(description);
  let found = cache.get(key);
  if (found === undefined) cache.set(key, (found = module.addFunction(signature, build)));
  return found;
}

/** A function of so many pointers or numbers without a result. */
export function pointers(count: number): Signature {
  return { parameters: Array.from({ length: count }, () => "i32" as const), results: [] };
}
