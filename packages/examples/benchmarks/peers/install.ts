/** Packages that are only measured against: installed on demand, outside the repository. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../../src/install-packages.js";

/**
 * A folder of the user's cache in which packages are installed, as `name@version`. Their install scripts are not run.
 *
 * @throws RuntimeError NOT_INSTALLED if they are not there and cannot be fetched.
 */
export async function installed(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "unfold-bench", name);
  const missing = packages.filter((specifier) => !isThere(folder, specifier));
  if (missing.length > 0) await installPackages("npm run bench", folder, missing);
  return folder;
}

function isThere(folder: string, specifier: string): boolean {
  const at = specifier.lastIndexOf("@");
  const manifest = join(folder, "node_modules", specifier.slice(0, at), "package.json");
  if (!existsSync(manifest)) return false;
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: string };
  return version === specifier.slice(at + 1);
}
