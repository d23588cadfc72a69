/** Programs compiled and run on a runtime. */
import type { Runtime } from "@unfold/core";
import type { WayToRun } from "./find-difference.js";

/** Compiles every program it is given and runs it once. */
export function runOn(runtime: Runtime): WayToRun["run"] {
  return async ({ inputs, outputs, values }) => {
    const { run } = await runtime.compile({ inputs, outputs });
    return Object.fromEntries(Object.entries(run(values)).map(([name, { data }]) => [name, data.slice()]));
  };
}
