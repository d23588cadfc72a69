/** The program behind `npm start`. */
import { printProblem } from "../command-line.js";
import { main } from "./main.js";

// A reader that goes away, as in `npm start | head`, must not stop a run before it has saved.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2)).catch(printProblem);
