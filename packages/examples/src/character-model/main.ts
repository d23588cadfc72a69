/** The main job, `npm start`: trains a character model on a novel, or writes with a saved one. */
import { HELP, parseOptions } from "./options.js";
import { sampleRun } from "./sample-run.js";
import { trainRun } from "./train-run.js";

/**
 * @param args - the words of the command line
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (options.sample !== undefined) {
    const text = await sampleRun(options, options.sample);
    process.stdout.write(`${options.json ? JSON.stringify({ text }) : text}\n`);
    return 0;
  }
  const result = await trainRun(options);
  if (typeof result === "number") return result;
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}
