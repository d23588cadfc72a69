/** Checkpoints in a folder: the last few, each a file that is whole or not there. */
import { FormatError, ValueError, wrongArgument, type NdArray } from "@unfold/core";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors } from "../checkpoints/safetensors.js";
import { checkSettings, COUNT } from "../settings/check-setting.js";
import { clearTemporaries } from "./temporary-files.js";
import { writeFileAtomically } from "./write-file-atomically.js";

/** Everything that training needs to go on. */
export interface Checkpoint {
  /** Values of parameters and states by path: `readLeaves(runtime, leaves)`. */
  readonly tensors: ReadonlyMap<string, NdArray>;
  /** What else there is, as JSON can hold it: the position in the data, the settings, the losses so far. NaN and ±∞ are kept. */
  readonly progress: unknown;
}

/** A checkpoint that was read. */
export interface LoadedCheckpoint extends Checkpoint {
  /** The file it is from. */
  readonly path: string;
  /** Steps done when it was written. */
  readonly step: number;
  /** Newer checkpoints that are not whole, with what is wrong with them. */
  readonly skipped: readonly { readonly path: string; readonly problem: string }[];
}

const PROGRESS = "unfold.progress";
const NAME = /^checkpoint-([0-9]{12})\.safetensors$/;
const MOST_STEPS = 1e12;

/**
 * Writes a checkpoint as a safetensors file of its own and then deletes the oldest but `keep`. When it returns, the file is
 * on disk; a process killed at any moment leaves those before it. A folder is one run's: one process at a time may write to it.
 *
 * @param folder - is made if it is missing
 * @param step - steps done, a whole number in [0, 10^12)
 * @param options - keep: checkpoints left in the folder, ≥ 1, default 3
 * @returns the path of the file
 * @throws ValueError ARGUMENT if folder is no path; SETTING_RANGE if step or keep is outside its range; CHECKPOINT_PROGRESS if JSON cannot hold progress; CHECKPOINT_ORDER if the folder holds one of a later step; the system's error if the file cannot be written.
 */
export async function saveCheckpoint(
  folder: string,
  step: number,
  { tensors, progress }: Checkpoint,
  { keep = 3 }: { readonly keep?: number } = {},
): Promise<string> {
  const where = "saveCheckpoint(folder, step, checkpoint)";
  checkFolder(where, folder);
  const isStep = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < MOST_STEPS;
  checkSettings(where, {
    step: [step, { words: "a whole number in [0, 10^12)", holds: isStep }],
    keep: [keep, COUNT],
  });
  const text = textOf(where, progress);
  await mkdir(folder, { recursive: true });
  await checkOrder(where, folder, step);
  const path = join(folder, `checkpoint-${String(step).padStart(12, "0")}.safetensors`);
  await writeFileAtomically(path, encodeSafetensors(tensors, { [PROGRESS]: text }));
  await tidy(folder, keep);
  return path;
}

/**
 * The newest checkpoint of a folder; undefined if there is none.
 *
 * @param options - recover: whether to take the newest that is whole if the newest is not, and to rename those that are not to `….broken`; default false
 * @throws ValueError ARGUMENT if folder is no path. FormatError CHECKPOINT_BROKEN if the newest is truncated, changed since it was written, or no checkpoint; it says which one before it is whole.
 */
export async function loadCheckpoint(
  folder: string,
  { recover = false }: { readonly recover?: boolean } = {},
): Promise<LoadedCheckpoint | undefined> {
  checkFolder("loadCheckpoint(folder, options)", folder);
  const files = (await checkpointsIn(folder)).toReversed();
  const skipped: { path: string; problem: string }[] = [];
  for (const { path, step } of files) {
    try {
      const whole = { path, step, skipped, ...(await readCheckpoint(path)) };
      if (skipped.length > 0 && !recover) throw brokenCheckpoint(skipped[0]!, path);
      // Set aside, or they would be taken for the newest again.
      for (const broken of skipped) await rename(broken.path, `${broken.path}.broken`);
      return whole;
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof ValueError) || error.code === "CHECKPOINT_BROKEN")
        throw error;
      skipped.push({ path, problem: error.message });
    }
  }
  if (skipped.length > 0) throw brokenCheckpoint(skipped[0]!, undefined);
  return undefined;
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata, isVerified } = decodeSafetensors(await readFile(path));
  const progress = metadata[PROGRESS];
  if (!isVerified || progress === undefined) {
    const got = isVerified ? `no "${PROGRESS}"` : "no checksum";
    throw new FormatError({
      code: "CHECKPOINT",
      where: path,
      rule: "a checkpoint must have a checksum and progress",
      got,
    });
  }
  return { tensors, progress: progressOf(path, progress) };
}

/** For callers that TypeScript does not watch. */
function checkFolder(where: string, folder: unknown): void {
  if (typeof folder !== "string") throw wrongArgument(where, "folder must be a path", folder);
}

/** From the oldest to the newest. */
async function checkpointsIn(folder: string): Promise<{ path: string; step: number }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const digits = NAME.exec(name)?.[1];
      return digits === undefined ? [] : [{ path: join(folder, name), step: Number(digits) }];
    })
    .toSorted((a, b) => a.step - b.step);
}

/** A later checkpoint would be taken for the newest, and this one deleted as the oldest. */
async function checkOrder(where: string, folder: string, step: number): Promise<void> {
  const newest = (await checkpointsIn(folder)).at(-1);
  if (newest === undefined || newest.step <= step) return;
  throw new ValueError({
    code: "CHECKPOINT_ORDER",
    where,
    rule: `the folder must hold no checkpoint of a later step than ${step}`,
    got: newest.path,
    fix: "Go on from it with loadCheckpoint (recover: true if it is broken), or give each run a folder of its own",
    details: { step, newest: newest.step },
  });
}

/** Deletes what is not to be kept, and what interrupted writers left behind. */
async function tidy(folder: string, keep: number): Promise<void> {
  const old = (await checkpointsIn(folder)).slice(0, -keep).map(({ path }) => path);
  for (const path of old) await rm(path, { force: true });
  await clearTemporaries(folder, (name) => NAME.test(name));
}

/** JSON has no NaN and no ∞: they are kept by their names. */
const NOT_FINITE = "$notFinite";

function textOf(where: string, progress: unknown): string {
  let got: string = typeof progress;
  try {
    // TypeScript's type leaves out that nothing comes of undefined, functions and symbols.
    const text = JSON.stringify(progress, (_, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? { [NOT_FINITE]: String(value) } : value,
    ) as string | undefined;
    if (text !== undefined) return text;
  } catch (error) {
    // Of objects that hold themselves, and of BigInt.
    got = String(error).split("\n")[0]!;
  }
  throw new ValueError({
    code: "CHECKPOINT_PROGRESS",
    where,
    rule: "progress must be something that JSON can hold",
    got,
    fix: "Write null or {} where there is nothing to say",
  });
}

function progressOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === "object" && value !== null && NOT_FINITE in value ? Number(value[NOT_FINITE]) : value,
    );
  } catch {
    const rule = "progress must be JSON";
    throw new FormatError({ code: "CHECKPOINT", where: path, rule, got: `${text.length} characters that are not` });
  }
}

function brokenCheckpoint(
  { path, problem }: { path: string; problem: string },
  whole: string | undefined,
): FormatError {
  return new FormatError({
    code: "CHECKPOINT_BROKEN",
    where: path,
    rule: "the newest checkpoint must be whole",
    got: `one that is not: ${problem.replace(/\.$/, "")}`,
    fix:
      whole === undefined
        ? "There is none before it that is whole: train anew"
        : `${whole} is whole: go on from it with { recover: true }`,
  });
}
