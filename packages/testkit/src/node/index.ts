/** What tests share that need files. */
export { temporaryFolders } from "./temporary-folders.js";
