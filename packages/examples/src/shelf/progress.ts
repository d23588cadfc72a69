/** How far an example is: a bar on a terminal, a line now and then everywhere else. */
import { SingleBar } from "cli-progress";
import type { Progress } from "./example.js";

/** Between two lines where there is no bar. */
const LINE_MILLISECONDS = 5_000;

/** Progress on a stream, until stopped. */
export function showProgress(stream: NodeJS.WriteStream): Progress & { readonly stop: () => void } {
  let bar: SingleBar | undefined;
  let last = performance.now();
  const stop = (): void => {
    process.off("exit", stop);
    bar?.stop();
    bar = undefined;
  };
  const draw = (done: number, total: number, note: string): void => {
    if (bar === undefined) {
      const format = "[{bar}] {value}/{total} {note}";
      bar = new SingleBar({ format, barsize: 20, hideCursor: true, stream, gracefulExit: false });
      bar.start(total, done, { note });
      // Also when the process is ended early: the cursor was hidden.
      process.once("exit", stop);
    }
    bar.setTotal(total);
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
