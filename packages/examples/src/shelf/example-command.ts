/** The command `npm run example`: runs an example by name; without a name lists them in learning order. */
import { CommandLineError } from "../command-line.js";
import { run } from "./run.js";
import { shelf } from "./shelf.js";

/** A program that can be run by name. */
interface Program {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** Takes the words after the name; returns the exit code. */
  readonly start: (args: readonly string[]) => Promise<number>;
}

const PROGRAMS: readonly Program[] = [
  ...shelf.map((place) => ({ ...place, start: (args: readonly string[]) => run(place, args) })),
  {
    name: "character-model",
    summary: "trains a recurrent network to write like a novel: the same as npm start",
    start: async (args) => (await import("../character-model/main.js")).main(args),
  },
];

/**
 * @param words - NAME and its options
 * @returns the exit code
 */
export async function exampleCommand([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help") {
    process.stdout.write(`${list()}\n`);
    return 0;
  }
  const program = PROGRAMS.find((known) => known.name === name);
  if (program !== undefined) return program.start(args);
  throw new CommandLineError({
    code: "EXAMPLE_NAME",
    where: "npm run example -- NAME",
    rule: `NAME must be one of ${PROGRAMS.map((known) => known.name).join(", ")}`,
    got: JSON.stringify(name),
  });
}

function list(): string {
  const width = Math.max(...PROGRAMS.map(({ name }) => name.length));
  const lines = PROGRAMS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const usage = "Usage: npm run example -- NAME [--json] [options]; npm run example -- NAME --help lists the options";
  return [usage, "", "In the order in which to learn from them:", "", ...lines].join("\n");
}
