/** Names of files that are being written, and what interrupted writers left behind under such names. */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { kill, pid } from "node:process";

/** What this process is writing. */
const atWork = new Set<string>();

/** Process and writing are missing in files of earlier versions. */
const NAME = /^(.+?)(?:\.(\d+)-([0-9a-f-]{36}))?\.tmp$/s;

/** Calls a function with a name beside a path that no other writing has. */
export async function withTemporary(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const id = randomUUID();
  atWork.add(id);
  try {
    await write(`${path}.${pid}-${id}.tmp`);
  } finally {
    atWork.delete(id);
  }
}

/** Deletes what interrupted writers of some files left in a folder; what is still being written stays. */
export async function clearTemporaries(folder: string, isTarget: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, target, writer, id] = NAME.exec(name) ?? [];
    if (target === undefined || !isTarget(target) || isAtWork(Number(writer), id)) continue;
    await rm(join(folder, name), { force: true });
  }
}

function isAtWork(writer: number, id: string | undefined): boolean {
  if (id === undefined) return false;
  return writer === pid ? atWork.has(id) : isAlive(writer);
}

function isAlive(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    // Of another user's process: it may not be signalled, and so it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
