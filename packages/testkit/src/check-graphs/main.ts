/** Searches for programs that backends do not compute alike: `npm run check:graphs -- --help` says how. */
import { terminalBar } from "@unfold/report/node";
import { checkGraphs, type GraphFailure } from "./check-graphs.js";
import { HELP, OptionsError, parseGraphOptions, type GraphOptions } from "./options.js";
import { waysToRun } from "./ways-to-run.js";

try {
  const options = parseGraphOptions(process.argv.slice(2));
  if (options.isHelp) process.stdout.write(`${HELP}\n`);
  else await search(options);
} catch (error) {
  if (!(error instanceof OptionsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function search({ cases, seed, path, isJson }: GraphOptions): Promise<void> {
  const ways = await waysToRun();
  const bar = terminalBar({ format: "[{bar}] {value}/{total} | {eta_formatted} left", to: cases });
  const { cases: done, failures } = await checkGraphs({
    ...{ cases, seed, ways },
    ...(path !== undefined && { path }),
    onCase: (count) => {
      bar.update(count);
    },
  });
  bar.stop();
  for (const failure of failures) process.stderr.write(`${describeFailure(failure)}\n`);
  const backends = [...new Set(ways.map(({ backend }) => backend))];
  const result = { cases: done, failed: failures.length, seed, backends };
  const words = `${done} programs from seed ${seed}, ${failures.length} failed on ${backends.join(", ")}`;
  process.stdout.write(`${isJson ? JSON.stringify(result) : words}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

function describeFailure({ seed, path, text, difference }: GraphFailure): string {
  return `${difference}\n${text}\nAgain: npm run check:graphs -- --seed ${seed} --path ${path}\n`;
}
