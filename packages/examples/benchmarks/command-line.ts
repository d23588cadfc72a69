/** The command line of the benchmarks. */
import { CommandLineError } from "../src/command-line.js";

const FLAGS = ["--json", "--quick"] as const;
/** The workloads, in the order in which they are timed. */
const NAMES = ["W1", "W2", "W8"] as const;
/** A workload that can be asked for. */
export type WorkloadName = (typeof NAMES)[number];

/** What was asked for. */
export interface BenchmarkOptions {
  readonly isJson: boolean;
  readonly isQuick: boolean;
  readonly names: readonly WorkloadName[];
}

/**
 * The options of a command line.
 *
 * @param words - the words after the program's name
 * @throws CommandLineError OPTIONS if a flag or workload is unknown.
 */
export function parseCommandLine(words: readonly string[]): BenchmarkOptions {
  const allowed: readonly string[] = [...FLAGS, ...NAMES];
  const unknown = words.filter((word) => !allowed.includes(word));
  if (unknown.length > 0) {
    throw new CommandLineError({
      code: "OPTIONS",
      where: "npm run bench",
      rule: `the words must be of the flags ${FLAGS.join(", ")} and the workloads ${NAMES.join(", ")}`,
      got: unknown.map((word) => JSON.stringify(word)).join(", "),
    });
  }
  const named = NAMES.filter((name) => words.includes(name));
  return {
    isJson: words.includes("--json"),
    isQuick: words.includes("--quick"),
    names: named.length === 0 ? NAMES : named,
  };
}
