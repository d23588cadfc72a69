/** The backends of ours that can be timed. */
import { createRuntime, type Runtime, type RuntimeOptions } from "@unfold/rnn";

/** A backend by the name it has in results, and how to make a runtime on it. */
export interface OurBackend {
  readonly implementation: "unfold-wasm" | "unfold-interpreter";
  readonly createRuntime: () => Promise<Runtime>;
}

/** Backends that can be asked for. */
export const COMPILED_NAMES = ["wasm-relaxed", "wasm-simd", "wasm-scalar"] as const;
/** The fastest one, or one by its name. */
export type CompiledName = "auto" | (typeof COMPILED_NAMES)[number];

/**
 * The backends of ours, the fastest first.
 *
 * @param wanted - which compiled code to time; "auto" leaves it out if the engine cannot run any
 * @param isRevectorized - whether the engine joins neighboring vectors
 * @throws RuntimeError BACKEND_MISSING if the engine cannot run the one asked for.
 */
export async function ourBackends(
  wanted: CompiledName,
  isRevectorized = false,
): Promise<[fastest: OurBackend, ...others: OurBackend[]]> {
  const options = { backend: wanted, engine: { revectorized: isRevectorized } };
  const { backend } = (await createRuntime(options)).report();
  const compiled = on("unfold-wasm", options);
  const interpreted = on("unfold-interpreter", { backend: "interpreter" });
  return backend.startsWith("wasm") ? [compiled, interpreted] : [interpreted];
}

function on(implementation: OurBackend["implementation"], options: RuntimeOptions): OurBackend {
  return { implementation, createRuntime: () => createRuntime(options) };
}

/** The backend by its name, with the instructions it uses. */
export function describeBackend(runtime: Runtime): string {
  const { backend, simd, fma } = runtime.report();
  return [backend, ...(simd ? ["SIMD"] : []), ...(fma ? ["fused multiply-add"] : [])].join(", ");
}
