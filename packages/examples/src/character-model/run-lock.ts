/** One run at a time in a folder: a file that names the process at work. A process that is gone holds nothing. */
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandLineError } from "../command-line.js";

/** Held while a run writes to its folder. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * The lock of a folder, which is made if it is missing.
 *
 * @throws CommandLineError RUN_LOCKED if another process that is alive holds it; OUT_FOLDER if there can be no such folder.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  await makeFolder(folder);
  const file = path.join(folder, "run.lock");
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await take(file, own);
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new CommandLineError({
      code: "OUT_FOLDER",
      where: "--out",
      rule: "it must name a folder, or a place for one",
      got: error instanceof Error ? error.message : String(error),
    });
  });
}

/**
 * Takes a lock, also from a holder that is gone. Who removes a stale lock holds a lock on it meanwhile: of two that
 * find it stale, the second might otherwise remove the lock the first has just taken.
 */
async function take(file: string, own: string): Promise<void> {
  while (!(await claim(own, file))) {
    if (!(await isStale(file))) continue;
    const removal = `${file}.removal`;
    await take(removal, own);
    try {
      if (await isStale(file)) await rm(file);
    } finally {
      await rm(removal);
    }
  }
}

/** A hard link appears whole or not at all, and never over another file. */
async function claim(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Whether there is a lock whose holder is gone; throws if its holder is alive. */
async function isStale(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return false;
  const holder = Number(text);
  if (!isAnotherAlive(holder)) return true;
  throw new CommandLineError({
    code: "RUN_LOCKED",
    where: path.dirname(file),
    rule: "a folder must have one run at a time",
    got: `a run that is still at work, process ${holder}`,
    fix: `Wait for it, or give this run a folder of its own: --out DIR; if process ${holder} is no run, delete ${file}`,
    details: { holder },
  });
}

/** A lock with this process's own number is of an earlier one: in containers, numbers come again. */
function isAnotherAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
