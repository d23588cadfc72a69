/** Shows why Elman's network forgets and long short-term memory does not: `npm run example -- gradient-flow`. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readNumber, refusal } from "../command-line.js";
import { compareMemories } from "./compare-memories.js";
import { comparisonHtml } from "./comparison-html.js";
import { asText } from "./comparison-text.js";
import { resultOf } from "./gradient-flow-result.js";

const DEFAULTS = { seed: "1", steps: "50", units: "16", updates: "2000" };

const HELP = `Shows why Elman's network forgets and long short-term memory does not: trains both on the adding problem and
follows the gradient back through time.

Usage: npm run example -- gradient-flow [options]

  --seed N     of the weights and the sequences (${DEFAULTS.seed})
  --steps N    T, steps of a sequence (${DEFAULTS.steps})
  --units N    hidden units of each network (${DEFAULTS.units})
  --updates N  of the weights, per network (${DEFAULTS.updates})
  --out DIR    folder of the page (runs/gradient-flow)
  --json       end with one line of JSON on standard output
  --help       print this`;

const DEFAULT_OUT = fileURLToPath(new URL("../../../../runs/gradient-flow", import.meta.url));

/**
 * @param args - the words of the command line
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const { options, out, json, help } = parseOptions(args);
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const started = performance.now();
  const comparison = await compareMemories(options, (line) => process.stderr.write(`${line}\n`));
  await mkdir(out, { recursive: true });
  const report = path.join(out, "gradient-flow.html");
  await writeFile(report, comparisonHtml(comparison, options));
  const text = asText(comparison, options);
  const result = resultOf(comparison, options, { seconds: (performance.now() - started) / 1000, report });
  (json ? process.stderr : process.stdout).write(`${text}\nPictures: ${report}\n`);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}

function parseOptions(args: readonly string[]): {
  readonly options: Readonly<Record<"seed" | "steps" | "units" | "updates", number>>;
  readonly out: string;
  readonly json: boolean;
  readonly help: boolean;
} {
  const { seed, steps, units, updates, out, json, help } = read(args);
  const number = (option: string, text: string, min: number, max: number): number =>
    readNumber(text, { option, isWhole: true, min, max });
  return {
    options: {
      seed: number("--seed", seed, 0, Number.MAX_SAFE_INTEGER),
      steps: number("--steps", steps, 4, 1000),
      units: number("--units", units, 1, 64),
      updates: number("--updates", updates, 0, 1_000_000),
    },
    out: path.resolve(out),
    json,
    help,
  };
}

function read(
  args: readonly string[],
): Record<keyof typeof DEFAULTS | "out", string> & { readonly json: boolean; readonly help: boolean } {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        seed: text(DEFAULTS.seed),
        steps: text(DEFAULTS.steps),
        units: text(DEFAULTS.units),
        updates: text(DEFAULTS.updates),
        out: text(DEFAULT_OUT),
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw refusal("npm run example -- gradient-flow", error);
  }
}
