/** Ctrl-C: the first asks the run to stop after the current update, the second ends the process. */

/** Whether somebody wants the run to stop. */
export interface Interruption {
  readonly isRequested: boolean;
  /** Conventional exit code of a process that a signal stopped. */
  readonly exitCode: number;
  /** Lets signals do what they usually do. */
  stopListening(): void;
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens from now on. */
export function listenForInterruption(): Interruption {
  let received: keyof typeof EXIT_CODES | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" && signal !== "SIGTERM") return;
    if (received !== undefined) process.exit(EXIT_CODES[signal]);
    received = signal;
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
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    },
  };
}
