/** Packages that are only measured against: installed on demand, outside the repository. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { RuntimeError } from "@unfold/rnn";

/**
 * A folder of the user's cache in which packages are installed, as `name@version`. Their install scripts are not run.
 *
 * @throws RuntimeError NOT_INSTALLED if they are not there and cannot be fetched.
 */
export async function installed(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "unfold-bench", name);
  const missing = packages.filter((specifier) => !isThere(folder, specifier));
  if (missing.length === 0) return folder;
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, `${JSON.stringify({ private: true })}\n`);
  process.stderr.write(`Installing ${missing.join(", ")} into ${folder} …\n`);
  const status = await npm(folder, ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...missing]);
  if (status === 0) return folder;
  throw new RuntimeError({
    code: "NOT_INSTALLED",
    where: "npm run bench",
    rule: "what is measured against must be installed or be fetched",
    got: `npm could not install ${missing.join(", ")}`,
    fix: "Connect to the network, or measure without it",
  });
}

function isThere(folder: string, specifier: string): boolean {
  const at = specifier.lastIndexOf("@");
  const manifest = join(folder, "node_modules", specifier.slice(0, at), "package.json");
  if (!existsSync(manifest)) return false;
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: string };
  return version === specifier.slice(at + 1);
}

function npm(folder: string, words: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    // What npm says goes to standard error: standard output holds results only.
    const child = spawn("npm", words, { cwd: folder, stdio: ["ignore", process.stderr, process.stderr] });
    child.on("error", () => {
      resolve(null);
    });
    child.on("close", resolve);
  });
}
