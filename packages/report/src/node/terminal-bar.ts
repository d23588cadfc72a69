/** A bar on a terminal. */
import { SingleBar, type Options } from "cli-progress";
import process from "node:process";

/** Where a bar is drawn: standard output or standard error. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

/** What a bar shows. */
export interface TerminalBarOptions {
  /** The line, with `{bar}`, `{value}`, `{total}`, `{eta_formatted}`, and `{name}` for what updates say. */
  readonly format: string;
  /** Value at the start. Default 0. */
  readonly from?: number;
  /** Value at the end. */
  readonly to: number;
  /** Texts by name at the start. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Default standard error, so that standard output holds results only. */
  readonly stream?: TerminalStream;
}

/** A bar that is being drawn. */
export interface TerminalBar {
  readonly update: (value: number, texts?: Readonly<Record<string, string>>) => void;
  /** Sets what the value will be at the end. */
  readonly setEnd: (to: number) => void;
  /** Ends its line. */
  readonly stop: () => void;
}

/**
 * Draws a bar; draws nothing where there is no terminal.
 *
 * @example
 * const bar = terminalBar({ format: "[{bar}] {value}/{total}", to: 10 });
 * bar.update(10);
 * bar.stop(); // → undefined
 */
export function terminalBar(options: TerminalBarOptions): TerminalBar {
  const { format, from = 0, to, texts = {}, stream = process.stderr } = options;
  const single = new SingleBar({
    format,
    stream,
    // Short enough for a terminal of 80 columns.
    barsize: 8,
    // A hidden cursor, or lines that do not wrap, would stay so if the process were killed.
    hideCursor: false,
    linewrap: true,
    // The program itself decides what Ctrl-C does.
    gracefulExit: false,
  } as Options);
  single.start(to, from, texts);
  const stop = (): void => {
    process.off("exit", stop);
    single.stop();
  };
  // Also when the process ends early: what is written next begins on a line of its own.
  process.once("exit", stop);
  return {
    update: (value, next = {}) => {
      single.update(value, next);
    },
    setEnd: (end) => {
      single.setTotal(end);
    },
    stop,
  };
}
