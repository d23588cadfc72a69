/** V8's revectorization: neighboring vectors of four become one of eight. */
import { arch, versions } from "node:process";
import { setFlagsFromString } from "node:v8";
import type { EngineSettings } from "../runtime/wasm/engine.js";

/** V8 of Node 24. That of Node 22 has the flag, too, but makes nothing faster. */
const FIRST_V8 = 13;

/** What became of revectorization. */
export interface Revectorization {
  /** Whether the engine joins vectors now. */
  readonly isEnabled: boolean;
  /** For `createRuntime({ engine })`: the runtime then emits code that the engine can join. */
  readonly engine: EngineSettings;
}

/**
 * Switches V8's revectorization on: Node 24 or later on x64 (with AVX2, as all its processors since 2013). It is
 * experimental and makes matrix products faster by half or more. Where the engine has no such flag nothing is changed.
 *
 * It counts for the whole process. Call it first of all: V8 asks that flags be set before it compiles WebAssembly, and
 * what has been compiled stays as it is. Hand `engine` to every runtime made afterwards: it may run anywhere, and is empty where
 * nothing was changed.
 *
 * @example
 * const { engine } = enableRevectorization();
 * const runtime = await createRuntime({ engine });
 * runtime.report().programs; // → []
 */
export function enableRevectorization(): Revectorization {
  const isEnabled = arch === "x64" && Number.parseInt(versions.v8, 10) >= FIRST_V8;
  if (!isEnabled) return { isEnabled, engine: {} };
  setFlagsFromString("--experimental-wasm-revectorize");
  return { isEnabled, engine: { revectorized: true } };
}
