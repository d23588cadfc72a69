/** Flags of Node's engine for code that is younger than the engine. */
import v8 from "node:v8";

/** The major version of the engine that has fused multiply-add without a flag, and first can join vectors. */
const V8_OF_NODE_22 = 12;

/** What to switch on. */
export interface EngineOptions {
  /** Fused multiply-add, which Node 20 has behind a flag. */
  readonly isRelaxed: boolean;
  /** Neighboring vectors of four become one of eight, which Node 22 and later can try. */
  readonly isRevectorized: boolean;
}

/** Switches flags on, before anything is compiled; returns those that this engine knows. */
export function setEngineFlags({ isRelaxed, isRevectorized }: EngineOptions): string[] {
  const version = Number.parseInt(process.versions.v8, 10);
  const flags = [
    ...(isRelaxed && version < V8_OF_NODE_22 ? ["--experimental-wasm-relaxed-simd"] : []),
    ...(isRevectorized && version >= V8_OF_NODE_22 ? ["--experimental-wasm-revectorize"] : []),
  ];
  for (const flag of flags) v8.setFlagsFromString(flag);
  return flags;
}
