/** One run at a time in a folder: a file that names the process at work. A process that is gone holds nothing. */
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandLineError } from "../command-line.js";

/** Held while a run writes to its folder. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * The lock of a folder.
 *
 * @throws CommandLineError RUN_LOCKED if another process that is alive holds it.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "run.lock");
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    while (!(await claim(own, file))) await removeStale(file, folder);
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
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

/** Moves the lock of a dead process aside; if it turns out to be a new one by then, puts it back. */
async function removeStale(file: string, folder: string): Promise<void> {
  await checkHolder(file, folder);
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
    await checkHolder(aside, folder);
  } catch (error) {
    if (error instanceof CommandLineError) await link(aside, file).catch(() => undefined);
    if (!isCode(error, "ENOENT")) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function checkHolder(file: string, folder: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => "");
  const holder = Number(text);
  if (text === "" || !isAlive(holder)) return;
  throw new CommandLineError({
    code: "RUN_LOCKED",
    where: folder,
    rule: "a folder must have one run at a time",
    got: `a run that is still at work, process ${holder}`,
    fix: "Wait for it, or give this run a folder of its own: --out DIR",
    details: { holder },
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
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
