/** The public names of @unfold/report/node: progress on a terminal. */
export { duration } from "./duration.js";
export { progressBar } from "./progress-bar.js";
export type { ProgressBarOptions } from "./progress-bar.js";
export { terminalBar } from "./terminal-bar.js";
export type { TerminalBar, TerminalBarOptions, TerminalStream } from "./terminal-bar.js";
