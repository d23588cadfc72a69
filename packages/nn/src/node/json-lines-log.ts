/** A log of training: a file with one JSON object a line. */
import { FormatError } from "@unfold/core";
import type { TrainingCallbacks } from "../training/training-callbacks.js";
import { checkSetting, COUNT } from "../settings/check-setting.js";
import { mkdir, open, readFile, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "./write-file-atomically.js";

/** What is logged. */
export interface JsonLinesLogOptions {
  /** Steps from one that is logged to the next, ≥ 1; epochs are all logged. Default 1. */
  readonly every?: number;
}

/**
 * A callback of `fit` that logs steps and epochs to a file, one JSON object a line, each in the file before the next step:
 *
 * - `{"kind":"step","epoch":0,"step":1,"loss":0.69,"monitored":{"learningRate":0.1},"time":"2026-01-31T12:00:00.000Z"}`
 * - `{"kind":"epoch","epoch":0,"step":50,"loss":0.4,"monitored":{…},"validation":{"accuracy":0.9},"time":"…"}`
 *
 * with the fields of `StepRecord` and `EpochRecord`; NaN and ±∞, which JSON has not, are the texts "NaN", "Infinity" and
 * "-Infinity". A run that begins writes the file anew. A run that is resumed first takes away what was logged after its
 * checkpoint, half-written lines included, so that the log is in the end that of a run in one piece.
 *
 * No kept library for TensorBoard's event files was found but TensorFlow's own, with all of TensorFlow: convert this log instead.
 *
 * @param path - its folder is made if it is missing
 * @throws ValueError SETTING_RANGE unless every is a whole number ≥ 1. When run: FormatError LOG_FORMAT if the file of a run that is resumed is something else, or path is a folder or a device; the system's error if the file cannot be written.
 * @example
 * Object.keys(jsonLinesLog("runs/log.jsonl", { every: 10 })); // → ["onStart", "onStep", "onEpoch", "onEnd"]
 */
export function jsonLinesLog(path: string, { every = 1 }: JsonLinesLogOptions = {}): TrainingCallbacks {
  checkSetting("jsonLinesLog(path, options)", "every", every, COUNT);
  let file: FileHandle | undefined;
  const log = async (kind: Kind, record: object): Promise<undefined> => {
    await file?.appendFile(`${textOf({ kind, ...record, time: new Date().toISOString() })}\n`);
    return undefined;
  };
  return {
    onStart: async (start) => {
      await mkdir(dirname(path), { recursive: true });
      await checkRegular(path);
      await writeFileAtomically(path, start.step === 0 ? "" : loggedBefore(path, await textAt(path), start));
      file = await open(path, "a");
    },
    onStep: (record) => (record.step % every === 0 ? log("step", record) : undefined),
    onEpoch: (record) => log("epoch", record),
    onEnd: async () => {
      await file?.sync();
      await file?.close();
      file = undefined;
    },
  };
}

type Kind = "step" | "epoch";

/** The lines of a log up to where a run goes on. */
function loggedBefore(
  path: string,
  text: string,
  { epoch, step }: { readonly epoch: number; readonly step: number },
): string {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split(/(?<=\n)/);
  const isBefore = (line: string): boolean => {
    const record = recordOf(line);
    if (record === undefined) throw notALog(path, line);
    return record.kind === "epoch" ? record.epoch < epoch : record.step <= step;
  };
  const end = lines.findIndex((line) => line !== "" && !isBefore(line));
  return lines.slice(0, end === -1 ? undefined : end).join("");
}

interface Logged {
  readonly kind: Kind;
  readonly epoch: number;
  readonly step: number;
}

function recordOf(line: string): Logged | undefined {
  try {
    const record = JSON.parse(line) as Partial<Logged> | null;
    return record?.kind === undefined ? undefined : (record as Logged);
  } catch {
    return undefined;
  }
}

function notALog(path: string, line: string): FormatError {
  return new FormatError({
    code: "LOG_FORMAT",
    where: `jsonLinesLog(${JSON.stringify(path)})`,
    rule: "the file must be the log of the run that is resumed",
    got: `the line ${JSON.stringify(line.trimEnd().slice(0, SHOWN))}`,
    fix: "Nothing has been written. Name another file",
  });
}

/** What is no file, such as a device, would be replaced by one. @throws FormatError LOG_FORMAT */
async function checkRegular(path: string): Promise<void> {
  const found = await unlessMissing(stat(path));
  if (found === undefined || found.isFile()) return;
  throw new FormatError({
    code: "LOG_FORMAT",
    where: `jsonLinesLog(${JSON.stringify(path)})`,
    rule: "path must be a regular file, or nothing yet",
    got: found.isDirectory() ? "a folder" : "a device, a pipe or a socket",
    fix: "Nothing has been written. Name another file",
  });
}

/** Characters of a line that an error shows. */
const SHOWN = 60;

async function textAt(path: string): Promise<string> {
  return (await unlessMissing(readFile(path, "utf8"))) ?? "";
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
}

function textOf(record: object): string {
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
