/** Every way to run a program on this machine: all backends, on programs as they are written and optimized. */
import { createRuntime, RuntimeError, type BackendName } from "@unfold/core";
import { enableRelaxedSimd } from "@unfold/core/node";
import type { WayToRun } from "../find-difference.js";
import { runOn } from "../run-on.js";

/** A backend with or without passes. */
export interface BackendWay extends WayToRun {
  readonly backend: BackendName;
}

const BACKENDS: readonly BackendName[] = ["interpreter", "wasm-scalar", "wasm-simd", "wasm-relaxed"];

/** The ways of all backends that this engine has; relaxed SIMD is switched on for it. */
export async function waysToRun(): Promise<BackendWay[]> {
  enableRelaxedSimd();
  const ways: BackendWay[] = [];
  for (const backend of BACKENDS) {
    for (const optimize of [true, false]) {
      const run = await runOnBackend(backend, optimize);
      if (run !== undefined) ways.push({ name: optimize ? backend : `${backend}, not optimized`, backend, run });
    }
  }
  return ways;
}

/** Runs programs one after another on one runtime; undefined if the engine lacks the backend. */
async function runOnBackend(backend: BackendName, optimize: boolean): Promise<WayToRun["run"] | undefined> {
  try {
    return runOn(await createRuntime({ backend, optimize }));
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "BACKEND_MISSING") return undefined;
    throw error;
  }
}
