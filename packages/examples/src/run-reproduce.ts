/** Runs what others have published and says what holds: `npm run reproduce -- [NAME …] [--json]`. */
import { endWithReader, printProblem } from "./command-line.js";
import { reproduceCommand } from "./reproduce/reproduce-command.js";

endWithReader();
process.exitCode = await reproduceCommand(process.argv.slice(2)).catch(printProblem);
