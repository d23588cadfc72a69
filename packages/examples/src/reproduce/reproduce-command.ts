/** The command `npm run reproduce`: rows that take seconds, all rows, or those that are named. */
import { parseArgs } from "node:util";
import { CommandLineError, readNumber, refusal } from "../command-line.js";
import { reproduce, type Result } from "./reproduce.js";
import type { Row } from "./row.js";
import { rows } from "./rows.js";
import { resultsTable } from "./table.js";

const COMMAND = "npm run reproduce";
const LONGEST_NAME = Math.max(...rows.map(({ name }) => name.length));
const HELP = `Runs published results and says which hold.

Usage: ${COMMAND} -- [NAME ...] [options]

  --seed N  instead of the seeds of a row: 1; 1, 2 and 3 where the claim is a rate of success; 4, 5 and 6 where settings were
            chosen by trying some on 1, 2 and 3
  --all     rows that take minutes too, which are marked with * below
  --json    one line of JSON for each run, instead of the table
  --help    print this

${rows.map(({ name, source, isLong = false }) => `${isLong ? "*" : " "} ${name.padEnd(LONGEST_NAME)} ${source}`).join("\n")}`;

/**
 * @param args - the words of the command line
 * @returns the exit code: 0 also where something does not hold, for that is a result
 */
export async function reproduceCommand(args: readonly string[]): Promise<number> {
  const { positionals, values } = read(args);
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const usual = values.all ? rows : rows.filter(({ isLong = false }) => !isLong);
  const chosen = positionals.length === 0 ? usual : positionals.map(rowOf);
  const seeds = values.seed === undefined ? undefined : [seedOf(values.seed)];
  const results: Result[] = [];
  for await (const result of reproduce(chosen, seeds)) {
    results.push(result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else process.stderr.write(`${result.name}, seed ${result.seed}: ${result.holds ? "holds" : "does not hold"}\n`);
  }
  if (!values.json) process.stdout.write(`${resultsTable(results)}\n`);
  return 0;
}

function read(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seed: { type: "string" }, all: flag, json: flag, help: flag },
    });
  } catch (error) {
    throw refusal(COMMAND, error);
  }
}

function rowOf(name: string): Row {
  const row = rows.find((known) => known.name === name);
  if (row !== undefined) return row;
  throw new CommandLineError({
    code: "ROW_NAME",
    where: `${COMMAND} -- NAME`,
    rule: `NAME must be one of ${rows.map((known) => known.name).join(", ")}`,
    got: JSON.stringify(name),
  });
}

function seedOf(text: string): number {
  return readNumber(text, { option: "--seed", isWhole: true, min: 0, max: Number.MAX_SAFE_INTEGER });
}
