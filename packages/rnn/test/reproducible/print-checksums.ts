/** Trains on every portable backend and prints the checksums by its name, as JSON. */
import { checksumOfTraining, PORTABLE } from "./trained-weights.js";

const checksums: Record<string, string> = {};
for (const backend of PORTABLE) checksums[backend] = await checksumOfTraining(backend);
process.stdout.write(JSON.stringify(checksums));
