/** What tests share that need files or terminals. */
export { fakeTerminal } from "./fake-terminal.js";
export type { FakeTerminal } from "./fake-terminal.js";
export { temporaryFolders } from "./temporary-folders.js";
