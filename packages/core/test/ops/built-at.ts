/** Nodes built at a known place, so that the whole text of an error that names it can be written down. */
import { BuildSite, withSite } from "../../src/graph/build-site.js";

/** The place errors name for nodes of `builtAtModel`. */
export const MODEL_SITE = "model.ts:3:5";

/** What `build` returns, as if called at `MODEL_SITE`. */
export function builtAtModel<R>(build: () => R): R {
  const trace = new Error("build site");
  trace.stack = `Error: build site\n    at build (${MODEL_SITE})`;
  return withSite(new BuildSite(trace), build);
}
