/** Takes the lock of the folder named on its command line when told to, says how that went, and holds it until told to stop. */
import { createInterface } from "node:readline";
import { lockRun } from "../../src/character-model/run-lock.js";

const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write("ready\n");
await orders.next();
try {
  const lock = await lockRun(process.argv[2]!);
  process.stdout.write("taken\n");
  await orders.next();
  await lock.release();
} catch (error) {
  process.stdout.write(`refused: ${(error as Error).message}\n`);
}
process.exit();
