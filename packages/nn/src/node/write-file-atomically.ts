/** Files that are whole at every moment: written beside their place, then renamed into it. */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** What a file is called until it is whole. */
export const TEMPORARY = ".tmp";

/**
 * Puts a file in its place, over one that may be there; if it cannot be written, the old one stays. Afterwards it is on
 * disk, whatever happens to the machine. One process at a time may do so for a path: what an interrupted one left behind
 * is overwritten.
 *
 * @throws the system's error if the file cannot be written
 */
export async function writeFileAtomically(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${path}${TEMPORARY}`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the new name last; some systems cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
