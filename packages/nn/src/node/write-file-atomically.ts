/** Files that are whole at every moment: written beside their place, then renamed into it. */
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { clearTemporaries, withTemporary } from "./temporary-files.js";

/**
 * Puts a file in its place, over one that may be there; if it cannot be written, the old one stays. Afterwards it is on
 * disk, whatever happens to the machine. Of several writers of one path the last one stays, whole. What interrupted ones
 * left behind is deleted.
 *
 * @throws the system's error if the file cannot be written
 */
export async function writeFileAtomically(path: string, data: Uint8Array | string): Promise<void> {
  await withTemporary(path, async (temporary) => {
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
  });
  const [folder, own] = [dirname(path), basename(path)];
  await syncFolder(folder);
  // The file is in its place: a folder that cannot be listed is no reason to fail.
  await clearTemporaries(folder, (name) => name === own).catch(() => undefined);
}

/** Makes the new name last; some systems cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
