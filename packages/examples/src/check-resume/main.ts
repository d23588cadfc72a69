/** `npm run check:resume -- [--kills 50] [--json]`: do runs that are killed and go on end as if nothing had happened? */
import { terminalBar } from "@unfold/report/node";
import { parseArgs } from "node:util";
import { CommandLineError, printProblem } from "../command-line.js";
import { checkResume } from "./check-resume.js";

async function main(): Promise<number> {
  const { kills: text, json } = readOptions();
  const kills = Number(text);
  if (!Number.isSafeInteger(kills) || kills < 1)
    throw problem("--kills", "it must be a whole number ≥ 1", JSON.stringify(text));
  const bar = terminalBar({ format: "[{bar}] {value}/{total} killed | {eta_formatted} left", to: kills });
  const result = await checkResume(kills, {
    random: Math.random,
    onRun: (done) => {
      bar.update(done);
    },
  });
  bar.stop();
  const words = `${result.kills} runs killed: ${result.identical} ended with the same weights and log, ${result.lostCheckpoints} checkpoints lost`;
  process.stdout.write(`${json ? JSON.stringify(result) : words}\n`);
  return result.identical === kills && result.lostCheckpoints === 0 ? 0 : 1;
}

function readOptions(): { kills: string; json: boolean } {
  try {
    const options = { kills: { type: "string", default: "50" }, json: { type: "boolean", default: false } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw problem("npm run check:resume", "options must be --kills N and --json", String(error));
  }
}

function problem(where: string, rule: string, got: string): CommandLineError {
  return new CommandLineError({ code: "OPTION", where, rule, got });
}

process.exitCode = await main().catch(printProblem);
