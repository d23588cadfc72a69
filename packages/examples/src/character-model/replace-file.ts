/** Files that are whole at every moment: written beside their place, then renamed into it. */
import { rename, rm } from "node:fs/promises";

/**
 * Puts a new file in the place of an old one; if it cannot be written, the old one stays. One process at a time may do
 * so for a target: what an interrupted one left behind is overwritten.
 *
 * @param write - writes the new file to the path it is given
 */
export async function replaceFile(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
