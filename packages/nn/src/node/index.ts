/** The public names of @unfold/nn/node: checkpoints and logs in files. */
export { loadCheckpoint, saveCheckpoint } from "./checkpoint-folder.js";
export type { Checkpoint, LoadedCheckpoint } from "./checkpoint-folder.js";
export { jsonLinesLog } from "./json-lines-log.js";
export type { JsonLinesLogOptions } from "./json-lines-log.js";
export { writeFileAtomically } from "./write-file-atomically.js";
