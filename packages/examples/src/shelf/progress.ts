/** How far an example is: a bar on a terminal, a line now and then everywhere else. */
import { terminalBar, type TerminalBar } from "@unfold/report/node";
import type { Progress } from "./example.js";

/** Between two lines where there is no bar. */
const LINE_MILLISECONDS = 5_000;

/** Progress on a stream, until stopped. */
export function showProgress(stream: NodeJS.WriteStream): Progress & { readonly stop: () => void } {
  let bar: TerminalBar | undefined;
  let last = performance.now();
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const draw = (done: number, total: number, note: string): void => {
    bar ??= terminalBar({ format: "[{bar}] {value}/{total} {note}", from: done, to: total, texts: { note }, stream });
    bar.setEnd(total);
    bar.update(done, { note });
    if (done >= total) stop();
  };
  const write = (done: number, total: number, note: string): void => {
    if (performance.now() - last < LINE_MILLISECONDS) return;
    last = performance.now();
    stream.write(`${done} of ${total} ${note}\n`);
  };
  return {
    say: (line) => {
      stop();
      stream.write(`${line}\n`);
    },
    update: (done, total, note = "") => {
      (stream.isTTY ? draw : write)(done, total, note);
    },
    stop,
  };
}
