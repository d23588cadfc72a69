/** Programs of this folder run in a process of their own: for what is true of a whole process, or needs flags of its engine. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the program prints as JSON; anything on its standard error stream, or another end than 0, is an error. */
export function inProcess(name: string, { flags = [], args = [] }: ProcessOptions = {}): unknown {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "--import", "tsx", "--conditions=@unfold/source", file, ...args],
    { encoding: "utf8" },
  );
  if (status !== 0 || stderr !== "") throw new Error(`${name} ended with ${String(status)}: ${stderr}${stdout}`);
  return JSON.parse(stdout) as unknown;
}

interface ProcessOptions {
  /** For Node. */
  readonly flags?: readonly string[];
  /** For the program. */
  readonly args?: readonly string[];
}
