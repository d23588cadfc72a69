/** Kills training runs at random moments, lets them go on, and compares their weights with those of a run in one piece. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What came of all kills. */
export interface ResumeResult {
  /** Runs that were killed. */
  readonly kills: number;
  /** Of these, those that ended with the very weights of the run in one piece. */
  readonly identical: number;
  /** Of these, those that did not go on from the last checkpoint they had said was saved, or a newer one. */
  readonly lostCheckpoints: number;
}

const PROGRAM = fileURLToPath(new URL("train.ts", import.meta.url));

/**
 * @param kills - how many runs to kill, each with a folder of its own
 * @param random - numbers in [0, 1): when to kill
 * @param onKill - told after each
 */
export async function checkResume(
  kills: number,
  random: () => number,
  onKill: (done: number) => void = () => undefined,
): Promise<ResumeResult> {
  const whole = await inFolder((folder) => train(folder));
  const hash = valueOf(whole.lines, "weights");
  if (hash === undefined) throw new Error(`the run in one piece must end, got: ${whole.lines.join("; ")}`);
  let [identical, lostCheckpoints] = [0, 0];
  for (let done = 0; done < kills;) {
    await inFolder(async (folder) => {
      // From before the first step to the end; before that there is nothing to lose. A run that ended first is not counted.
      const killed = await train(folder, random() * whole.milliseconds);
      if (valueOf(killed.lines, "weights") !== undefined) return;
      const rest = await train(folder);
      if (valueOf(rest.lines, "weights") === hash) identical++;
      if (Number(valueOf(rest.lines, "from") ?? -1) < Number(valueOf(killed.lines, "saved") ?? 0)) lostCheckpoints++;
      onKill(++done);
    });
  }
  return { kills, identical, lostCheckpoints };
}

interface Run {
  /** Whole lines that it said. */
  readonly lines: readonly string[];
  /** From the moment when it was ready to train. */
  readonly milliseconds: number;
}

/** Runs the program; kills it some milliseconds after it was ready to train, if any are given. */
async function train(folder: string, killAfter?: number): Promise<Run> {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@unfold/source", PROGRAM, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [text, ready] = ["", 0];
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    if (ready > 0) return;
    // Its first words are where it begins.
    ready = performance.now();
    if (killAfter !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject).on("close", () => {
      resolve();
    });
  });
  clearTimeout(timer);
  return { lines: text.split("\n").slice(0, -1), milliseconds: performance.now() - ready };
}

/** The last value said under a name. */
function valueOf(lines: readonly string[], name: string): string | undefined {
  return lines.findLast((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}

async function inFolder<R>(use: (folder: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(path.join(tmpdir(), "unfold-resume-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
