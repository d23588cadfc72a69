/** The public names of @unfold/nn/node: checkpoints and logs in files, searches in worker threads. */
export { loadCheckpoint, saveCheckpoint } from "./checkpoint-folder.js";
export type { Checkpoint, LoadedCheckpoint } from "./checkpoint-folder.js";
export { jsonLinesLog } from "./json-lines-log.js";
export type { JsonLinesLogOptions } from "./json-lines-log.js";
export { searchHyperparameters } from "./search-hyperparameters.js";
export type { HyperparameterSearch, SearchSignal } from "./search-hyperparameters.js";
export { serveTrials } from "./serve-trials.js";
export type { ModuleUrl } from "./trial-workers.js";
export { writeFileAtomically } from "./write-file-atomically.js";
