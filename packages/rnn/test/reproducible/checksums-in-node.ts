/** Runs in Node before the tests in a browser, which compare what they end with: a process of its own prints the checksums. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** By backend. */
    readonly checksumsInNode: Readonly<Record<string, string>>;
  }
}

export function setup({ provide }: TestProject): void {
  const program = fileURLToPath(new URL("print-checksums.ts", import.meta.url));
  const words = ["--import", "tsx", "--conditions=@unfold/source", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  provide("checksumsInNode", JSON.parse(stdout) as Record<string, string>);
}
