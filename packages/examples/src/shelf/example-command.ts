/** The command `npm run example`: runs an example by name; without a name lists them in learning order. */
import { CommandLineError } from "../command-line.js";
import { run } from "./run.js";
import { shelf } from "./shelf.js";

/**
 * @param words - NAME and its options
 * @returns the exit code
 */
export async function exampleCommand([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help") {
    process.stdout.write(`${list()}\n`);
    return 0;
  }
  const place = shelf.find((known) => known.name === name);
  if (place !== undefined) return run(place, args);
  throw new CommandLineError({
    code: "EXAMPLE_NAME",
    where: "npm run example -- NAME",
    rule: `NAME must be one of ${shelf.map((known) => known.name).join(", ")}`,
    got: JSON.stringify(name),
  });
}

function list(): string {
  const width = Math.max(...shelf.map(({ name }) => name.length));
  const lines = shelf.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const usage = "Usage: npm run example -- NAME [--json] [options]; npm run example -- NAME --help lists the options";
  return [usage, "", "In the order in which to learn from them:", "", ...lines].join("\n");
}
