/** The command line of the long search: `npm run check:graphs`. */
import { parseArgs } from "node:util";
import { UnfoldError } from "@unfold/core";

/** The command line says something that cannot be done. Printed as one line; the exit code is 2. */
export class OptionsError extends UnfoldError {}

/** What was asked for. */
export interface GraphOptions {
  readonly cases: number;
  readonly seed: number;
  readonly path: string | undefined;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

const MOST_CASES = 10_000_000;
const LARGEST_SEED = 2 ** 31 - 1;

export const HELP = `npm run check:graphs -- [--cases 5000] [--seed S] [--path P] [--json]

Draws random graphs, scans and scans of scans with their gradients, and compares their values on every backend, optimized
and as they are written, with those of the interpreter. A program that differs is made small and printed.

--cases N   how many programs, 5000 unless given
--seed S    where the search begins, at random unless given
--path P    looks again at the one program that a failure names
--json      ends with one line of JSON`;

/**
 * The options of a command line.
 *
 * @param words - the words after the program's name
 * @throws OptionsError OPTIONS if a word is unknown; OPTION_VALUE if a value is out of range.
 */
export function parseGraphOptions(words: readonly string[]): GraphOptions {
  const { cases, seed, path, json, help } = readWords(words);
  return {
    cases: readWhole("--cases", cases ?? "5000", 1, MOST_CASES),
    seed: seed === undefined ? Date.now() % LARGEST_SEED : readWhole("--seed", seed, 0, LARGEST_SEED),
    path: path === undefined ? undefined : readPath(path),
    isJson: json ?? false,
    isHelp: help ?? false,
  };
}

function readWords(words: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    const options = { cases: text, seed: text, path: text, json: flag, help: flag };
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    const [first = "an unknown problem"] = error instanceof Error ? error.message.split(/\.\s/) : [];
    throw new OptionsError({
      code: "OPTIONS",
      where: "npm run check:graphs",
      rule: "the options must be those of --help",
      got: first,
    });
  }
}

function readWhole(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw valueError(option, `a whole number in [${min}, ${max}]`, text);
}

/** Numbers with colons between, as fast-check prints them. */
function readPath(text: string): string {
  if (/^\d+(:\d+)*$/.test(text)) return text;
  throw valueError("--path", 'numbers such as "12:0:3"', text);
}

function valueError(option: string, rule: string, text: string): OptionsError {
  return new OptionsError({
    code: "OPTION_VALUE",
    where: option,
    rule: `the value must be ${rule}`,
    got: JSON.stringify(text),
  });
}
