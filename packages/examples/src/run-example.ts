/** Runs one example by name: `npm run example -- NAME [--json] [options]`. */
import { printProblem } from "./command-line.js";
import { exampleCommand } from "./shelf/example-command.js";

process.exitCode = await exampleCommand(process.argv.slice(2)).catch(printProblem);
