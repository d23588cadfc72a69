/** Kills training runs at random moments, lets them go on, and compares what they end with with that of a run in one piece. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What came of all kills. */
export interface ResumeResult {
  /** Runs that were killed, some of them more than once. */
  readonly kills: number;
  /** Of these, those that ended with the very weights, losses and lines of the log of the run in one piece. */
  readonly identical: number;
  /** How often one did not go on from the last checkpoint it had said was saved, or a newer one. */
  readonly lostCheckpoints: number;
}

/** How a run is killed. */
export interface KillOptions {
  /** Numbers in [0, 1): when to kill. */
  readonly random: () => number;
  /** How often a run may be killed before it is left alone, ≥ 1. */
  readonly mostKills?: number;
  /** Told after each run. */
  readonly onRun?: (done: number) => void;
}

const PROGRAM = fileURLToPath(new URL("train.ts", import.meta.url));

/** How likely a run is killed once more. */
const AGAIN = 0.4;
/** How many are killed while they write a checkpoint, and how many milliseconds later at most: about what writing takes. */
const [WRITING, WRITE_TIME] = [0.4, 6];

/** @param kills - how many runs to kill, each with a folder of its own */
export async function checkResume(
  kills: number,
  { random, mostKills = 3, onRun = () => undefined }: KillOptions,
): Promise<ResumeResult> {
  const whole = await inFolder((folder) => train(folder));
  const wanted = valueOf(whole.lines, "result");
  if (wanted === undefined) throw new Error(`the run in one piece must end, got: ${whole.lines.join("; ")}`);
  const checkpoints = whole.lines.filter((line) => line.startsWith("saving ")).length;
  // From its first line to its last, or while it writes one of the checkpoints it has still to write.
  const someKill = (): Kill =>
    random() < WRITING
      ? { checkpoint: 1 + Math.floor(random() * checkpoints), after: random() * WRITE_TIME }
      : { checkpoint: 0, after: random() * whole.milliseconds };
  let [started, done, identical, lostCheckpoints] = [0, 0, 0, 0];
  const killOne = async (folder: string): Promise<void> => {
    let run = await train(folder, someKill());
    // A run that ended first is not counted.
    if (valueOf(run.lines, "result") === undefined) done++;
    else started--;
    for (let [killed, saved] = [1, 0]; valueOf(run.lines, "result") === undefined; killed++) {
      saved = Math.max(saved, Number(valueOf(run.lines, "saved") ?? 0));
      run = await train(folder, killed < mostKills && random() < AGAIN ? someKill() : undefined);
      if (Number(valueOf(run.lines, "from") ?? saved) < saved) lostCheckpoints++;
      if (valueOf(run.lines, "result") === wanted) identical++;
    }
    onRun(done);
  };
  const lane = async (): Promise<void> => {
    while (started < kills) {
      started++;
      await inFolder(killOne);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return { kills: done, identical, lostCheckpoints };
}

/** When a run is killed: so many milliseconds after it begins to write a checkpoint, counted from 1, or after its first line. */
interface Kill {
  readonly checkpoint: number;
  readonly after: number;
}

interface Run {
  /** Whole lines that it said. */
  readonly lines: readonly string[];
  /** From its first line on. */
  readonly milliseconds: number;
}

/** Runs the program, to its end or until it is killed. */
async function train(folder: string, kill?: Kill): Promise<Run> {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@unfold/source", PROGRAM, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [text, begun] = ["", 0];
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    if (begun === 0) begun = performance.now();
    if (kill === undefined || timer !== undefined || text.split("\nsaving ").length <= kill.checkpoint) return;
    timer = setTimeout(() => child.kill("SIGKILL"), kill.after);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  clearTimeout(timer);
  if (code !== null && code !== 0) throw new Error(`the run must not end by itself with exit code ${code}: ${text}`);
  return { lines: text.split("\n").slice(0, -1), milliseconds: performance.now() - begun };
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
