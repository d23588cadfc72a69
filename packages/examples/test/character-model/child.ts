/** Programs of the package, run from source as `npm start` runs them. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** How a program ended. */
export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program at work. */
export interface Child {
  readonly process: ChildProcess;
  readonly ending: Promise<Ending>;
  /** Resolves when standard error or output has said a text, rejects if the program ends without. */
  said(text: string): Promise<void>;
}

/**
 * Starts a program.
 *
 * @param file - its path in the repository
 */
export function start(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@unfold/source", file, ...args], {
    cwd: ROOT,
    stdio: "pipe",
  });
  // It may have ended before it reads what a test writes to it.
  child.stdin.on("error", () => undefined);
  const text = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
      for (const listener of listeners) listener();
    });
  }
  const ending = once(child, "close").then(([code, signal]): Ending => ({
    ...text,
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const said = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (`${text.stdout}${text.stderr}`.includes(wanted)) resolve();
      };
      listeners.add(look);
      look();
      void ending.then(() => {
        reject(new Error(`ended before it said ${JSON.stringify(wanted)}: ${text.stderr}`));
      });
    });
  return { process: child, ending, said };
}
