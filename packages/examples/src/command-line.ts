/** What all examples share on the command line: errors of use, and numbers read from options. */
import { inspect } from "node:util";
import { UnfoldError } from "@unfold/rnn";

/** The command line says something that cannot be done. Printed as one line; the exit code is 2. */
export class CommandLineError extends UnfoldError {}

/** The numbers an option takes. */
export interface NumberRule {
  /** The option as it is typed: `--steps`. */
  readonly option: string;
  readonly isWhole: boolean;
  readonly min: number;
  readonly max: number;
}

/**
 * The number an option was given.
 *
 * @throws CommandLineError OPTION_VALUE if it is not a number the option takes.
 */
export function readNumber(text: string, rule: NumberRule): number {
  const value = text.trim() === "" ? NaN : Number(text);
  const fits = rule.isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (fits && value >= rule.min && value <= rule.max) return value;
  const kind = rule.isWhole ? "a whole number" : "a number";
  throw new CommandLineError({
    code: "OPTION_VALUE",
    where: rule.option,
    rule: `the value must be ${kind} in [${rule.min}, ${rule.max}]`,
    got: JSON.stringify(text),
  });
}

/** The error for a command line that `parseArgs` of Node refuses, in one line. */
export function refusal(command: string, error: unknown): CommandLineError {
  const [first = "an unknown problem"] = error instanceof Error ? error.message.split(/\.\s/) : [];
  return new CommandLineError({
    code: "OPTIONS",
    where: command,
    rule: "the options must be those of --help",
    got: first.replace(/\.$/, "").replace(/\s+/g, " "),
  });
}

/**
 * Prints what stopped a program: one line if it is something the user can mend, everything if it is a mistake of ours.
 *
 * @returns the exit code: 2 for a wrong command line, 1 for anything else
 */
export function printProblem(problem: unknown): number {
  const isExplained = problem instanceof UnfoldError || (problem instanceof Error && "syscall" in problem);
  process.stderr.write(`${isExplained ? problem.message : inspect(problem)}\n`);
  return problem instanceof CommandLineError ? 2 : 1;
}

/** Ends the program once nobody reads what it prints any more: `--json | head -1`. */
export function endWithReader(): void {
  process.stdout.on("error", (problem: NodeJS.ErrnoException) => {
    if (problem.code !== "EPIPE") throw problem;
    process.exit();
  });
}
