/** The public names of @unfold/nn/node: files of checkpoints. */
export { loadCheckpoint, saveCheckpoint } from "./checkpoint-folder.js";
export type { Checkpoint, LoadedCheckpoint } from "./checkpoint-folder.js";
export { writeFileAtomically } from "./write-file-atomically.js";
