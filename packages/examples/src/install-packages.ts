/** Packages of npm in a folder of their own: what is only compared with. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "@unfold/rnn";

/**
 * Installs packages, as `name@version`, in a folder. Their install scripts are not run. What npm says goes to standard error.
 *
 * @param where - who asks, for errors
 * @throws RuntimeError NOT_INSTALLED if they cannot be fetched.
 */
export async function installPackages(where: string, folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, `${JSON.stringify({ private: true })}\n`);
  process.stderr.write(`Installing ${packages.join(", ")} into ${folder} …\n`);
  const status = await npm(folder, ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages]);
  if (status === 0) return;
  throw new RuntimeError({
    code: "NOT_INSTALLED",
    where,
    rule: "what is compared with must be installed or be fetched",
    got: `npm could not install ${packages.join(", ")}`,
    fix: "Connect to the network",
  });
}

function npm(folder: string, words: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    // Standard output holds results only.
    const child = spawn("npm", words, { cwd: folder, stdio: ["ignore", process.stderr, process.stderr] });
    child.on("error", () => {
      resolve(null);
    });
    child.on("close", resolve);
  });
}
