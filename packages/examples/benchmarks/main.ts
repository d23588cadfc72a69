/** Times the workloads and prints the results: `npm run bench -- [--json] [--quick] [W1] [W2] [W8]`. */
import { UnfoldError } from "@unfold/rnn";
import { CommandLineError } from "../src/command-line.js";
import { casesOf } from "./cases.js";
import { HELP, parseCommandLine, type BenchmarkOptions } from "./command-line.js";
import { measureLinearity } from "./linearity.js";
import type { Measurement } from "./measurement.js";
import { asJsonLines, asTable, machine } from "./print-results.js";
import { timeCases } from "./suite.js";
import { buildW1 } from "./w1.js";
import { buildW2 } from "./w2.js";

const BUILDERS = { W1: buildW1, W2: buildW2 } as const;

try {
  if (process.argv.includes("--help")) process.stdout.write(`${HELP}\n`);
  else await bench(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UnfoldError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof CommandLineError ? 2 : 1;
}

async function bench({ isJson, isQuick, names }: BenchmarkOptions): Promise<void> {
  // W8 comes first whatever the order of the table: on a heap that the other workloads have filled, times vary more.
  const linearity = names.includes("W8") ? measureLinearity(isQuick) : undefined;
  const measurements: Measurement[] = [];
  for (const name of names) {
    if (name !== "W8") measurements.push(...(await timeCases(name, casesOf(BUILDERS[name]), isQuick)));
  }
  measurements.push(...(linearity?.measurements ?? []));

  process.stdout.write(`${isJson ? asJsonLines(measurements) : asTable(measurements)}\n`);
  // Every line of standard output is JSON where JSON is asked for.
  const notes = isJson ? process.stderr : process.stdout;
  if (linearity !== undefined) notes.write(`${linearity.verdict}\n`);
  notes.write(`${machine()}\n`);
  if (linearity?.violation === undefined) return;
  process.stderr.write(`${linearity.violation}\n`);
  process.exitCode = 1;
}
