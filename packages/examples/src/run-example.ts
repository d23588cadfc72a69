/** Runs one example by name: `npm run example -- NAME [--json] [options]`. */
import { CommandLineError, printProblem } from "./command-line.js";

/** A program that can be run by name. */
interface Example {
  /** One line for the list of examples. */
  readonly summary: string;
  /** Takes the words after the name; returns the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** All examples by name; each is loaded only when it is run. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  "character-model": {
    summary: "trains a recurrent network to write like a novel, one character at a time",
    run: async (args) => (await import("./character-model/main.js")).main(args),
  },
  "elman-xor": {
    summary: "trains Elman's network of 1990 on exclusive or in time, in a few seconds",
    run: async (args) => (await import("./elman-xor.js")).main(args),
  },
  "gradient-flow": {
    summary: "shows why Elman's network forgets and long short-term memory does not, in some seconds",
    run: async (args) => (await import("./gradient-flow/main.js")).main(args),
  },
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === "--help") {
    const lines = Object.entries(EXAMPLES).map(([known, { summary }]) => `  ${known.padEnd(16)} ${summary}`);
    process.stdout.write(`Usage: npm run example -- NAME [--json] [options]\n\n${lines.join("\n")}\n`);
    return 0;
  }
  const example = name !== undefined && Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (example !== undefined) return example.run(args);
  throw new CommandLineError({
    code: "EXAMPLE_NAME",
    where: "npm run example -- NAME",
    rule: `NAME must be one of ${Object.keys(EXAMPLES).join(", ")}`,
    got: name === undefined ? "none" : JSON.stringify(name),
  });
}

process.exitCode = await main(process.argv.slice(2)).catch(printProblem);
