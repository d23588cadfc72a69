/** Relaxed SIMD where Node has it only behind a flag. */
import { setFlagsFromString } from "node:v8";
import { probeFeatures } from "../runtime/wasm/features.js";

/** What became of relaxed SIMD. */
export interface RelaxedSimd {
  /** Whether the flag was set now; not where the engine has relaxed SIMD anyway, nor a second time. */
  readonly isFlagSet: boolean;
  /** Whether the engine has relaxed SIMD now. */
  readonly relaxed: boolean;
  /** Whether its multiply-add rounds once: runtimes made from now on use the backend `wasm-relaxed`. */
  readonly fma: boolean;
}

/**
 * Switches relaxed SIMD on where the engine needs a flag for it, as Node 20 does; elsewhere nothing is changed.
 *
 * It counts for the whole process. Call it first of all: V8 asks that flags be set before it compiles WebAssembly, and
 * runtimes that exist keep the backend they have.
 *
 * @example
 * const { fma } = enableRelaxedSimd();
 * const runtime = await createRuntime({ backend: fma ? "wasm-relaxed" : "interpreter" });
 * runtime.report().fma === fma; // → true
 */
export function enableRelaxedSimd(): RelaxedSimd {
  const before = probeFeatures();
  if (before === undefined || before.relaxed) return { isFlagSet: false, ...resultOf(before) };
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  return { isFlagSet: true, ...resultOf(probeFeatures()) };
}

function resultOf(features: ReturnType<typeof probeFeatures>): Pick<RelaxedSimd, "relaxed" | "fma"> {
  return { relaxed: features?.relaxed ?? false, fma: features?.fma ?? false };
}
