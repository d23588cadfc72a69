/** Ctrl-C: the first asks the run to stop after the current update, the second ends the process. */

/** Whether somebody wants the run to stop. */
export interface Interruption {
  readonly isRequested: boolean;
  /** Conventional exit code of a process that a signal stopped. */
  readonly exitCode: number;
  /** Lets signals do what they usually do, unless one came: its double may still follow. */
  stopListening(): void;
}

/** A signal this soon after the first is its double: the terminal sends Ctrl-C to all its processes, and npm passes it on. */
const DOUBLE_MILLISECONDS = 500;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens from now on. */
export function listenForInterruption(): Interruption {
  let received: keyof typeof EXIT_CODES | undefined;
  let receivedAt = -Infinity;
  const listener = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" && signal !== "SIGTERM") return;
    if (received === undefined) {
      received = signal;
      receivedAt = performance.now();
    } else if (performance.now() - receivedAt > DOUBLE_MILLISECONDS) process.exit(EXIT_CODES[signal]);
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return {
    get isRequested() {
      return received !== undefined;
    },
    get exitCode() {
      return EXIT_CODES[received ?? "SIGINT"];
    },
    stopListening: () => {
      if (received !== undefined) return;
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}
