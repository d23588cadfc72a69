/** Which backend a runtime gets: the fastest that the engine can run, or the one asked for. */
import { RuntimeError } from "../errors.js";
import type { Target } from "../codegen/wasm/target.js";
import type { Backend, RunModes } from "./backend.js";
import { interpreter, type Precision } from "./interpreter.js";
import { wasmBackend } from "./wasm/backend.js";
import { engine, type EngineSettings } from "./wasm/engine.js";
import { lackOfWebAssembly, probeFeatures, tilesOf, type Features } from "./wasm/features.js";

/** Backends by name, the fastest first. */
export const BACKENDS = ["wasm-relaxed", "wasm-simd", "wasm-scalar", "interpreter"] as const;
/** A backend that can be asked for. */
export type BackendName = (typeof BACKENDS)[number];

/** The backend, and why it is not a faster one. */
export interface ChosenBackend {
  readonly backend: Backend;
  readonly name: BackendName;
  readonly features: Features | undefined;
  /** What the engine lacks for a faster backend; undefined if it lacks nothing or the backend was asked for. */
  readonly fallback: string | undefined;
}

/**
 * The backend asked for, or the fastest there is.
 *
 * @throws RuntimeError BACKEND_MISSING if the engine cannot run the one asked for.
 */
export function chooseBackend(
  wanted: BackendName | "auto",
  precision: Precision,
  settings: EngineSettings = {},
  modes: RunModes = {},
): ChosenBackend {
  const features = probeFeatures();
  if (wanted === "interpreter" || (wanted === "auto" && precision === "f64")) {
    return { backend: interpreter(precision, modes), name: "interpreter", features, fallback: undefined };
  }
  const missing = (name: BackendName): string | undefined => missingFor(name, features);
  if (wanted !== "auto") {
    const lack = precision === "f64" ? "double precision" : missing(wanted);
    if (lack === undefined) return { ...wasm(wanted, settings, modes), features, fallback: undefined };
    throw new RuntimeError({
      code: "BACKEND_MISSING",
      where: "createRuntime(options)",
      rule: `the engine must be able to run the backend "${wanted}"`,
      got: `an engine without ${lack}`,
      fix: 'Leave backend out, or take "interpreter"',
    });
  }
  const name = BACKENDS.find((candidate) => missing(candidate) === undefined) ?? "interpreter";
  const fallback = name === BACKENDS[0] ? undefined : missing(BACKENDS[BACKENDS.indexOf(name) - 1]!);
  if (name === "interpreter") return { backend: interpreter(precision, modes), name, features, fallback };
  return { ...wasm(name, settings, modes), features, fallback };
}

function missingFor(name: BackendName, features: Features | undefined): string | undefined {
  if (name === "interpreter") return undefined;
  if (features === undefined) return lackOfWebAssembly();
  if (name === "wasm-scalar") return undefined;
  if (!features.simd) return "WebAssembly SIMD";
  return name === "wasm-relaxed" && !features.fma ? "fused multiply-add of relaxed SIMD" : undefined;
}

function wasm(
  name: Exclude<BackendName, "interpreter">,
  { revectorized = false }: EngineSettings,
  modes: RunModes,
): { readonly backend: Backend; readonly name: BackendName } {
  const target: Target = {
    simd: name !== "wasm-scalar",
    relaxed: name === "wasm-relaxed",
    tiles: revectorized ? "paired" : (tilesOf() ?? "narrow"),
  };
  return { backend: wasmBackend(name, engine()!, target, modes), name };
}
