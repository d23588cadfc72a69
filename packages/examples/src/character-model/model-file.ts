/**
 * A model on disk: one JSON file with everything a run needs to go on or to write, and a checksum over it. It is written
 * beside its place and renamed into it, so that whatever is interrupted, the file under its name is whole.
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@unfold/rnn";
import type { StoredLeaf } from "./leaf-values.js";
import type { Settings } from "./options.js";
import { replaceFile } from "./replace-file.js";

const FORMAT = "unfold-character-model";
const VERSION = 1;
/** The model's name in its folder. */
const FILE = "model.json";

/** The loss on some text after some updates. */
export interface HeldOutPoint {
  readonly step: number;
  readonly bits: number;
}

/** Everything a run needs to go on. */
export interface SavedModel {
  readonly title: string;
  readonly settings: Settings;
  readonly vocabulary: string;
  /** Updates done. */
  readonly step: number;
  /** Bits per character of every update's minibatch. */
  readonly losses: readonly number[];
  readonly heldOut: readonly HeldOutPoint[];
  /** Parameters and optimizer moments by path. */
  readonly leaves: Readonly<Record<string, StoredLeaf>>;
}

/** Where the model of a folder is. */
export function modelPath(folder: string): string {
  return path.join(folder, FILE);
}

/**
 * Writes the model of a folder; after it returns the model is on disk. With `keepPrevious`, the model that was there
 * stays as `model.json.previous`.
 */
export async function saveModel(folder: string, model: SavedModel, keepPrevious: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  const target = modelPath(folder);
  if (keepPrevious) await keep(target);
  const text = JSON.stringify({ format: FORMAT, version: VERSION, checksum: checksumOf(model), model });
  await replaceFile(target, async (temporary) => {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Copies instead of moving, so that a run killed in between leaves a model under the usual name. */
async function keep(target: string): Promise<void> {
  await replaceFile(`${target}.previous`, (temporary) => copyFile(target, temporary)).catch(ignoreMissing);
}

/**
 * The model of a folder; undefined if there is none.
 *
 * @throws FormatError MODEL_FILE if the file is truncated, changed since it was written, or of another program or version.
 */
export async function loadModel(folder: string): Promise<SavedModel | undefined> {
  const file = modelPath(folder);
  const text = await readFile(file, "utf8").catch(ignoreMissing);
  return text === undefined ? undefined : readModel(file, text);
}

function readModel(file: string, text: string): SavedModel {
  const content = parse(file, text);
  if (content["format"] !== FORMAT)
    throw broken(file, `must be a model written by this program`, `format ${JSON.stringify(content["format"])}`);
  if (content["version"] !== VERSION)
    throw broken(file, `must have version ${VERSION}`, `version ${JSON.stringify(content["version"])}`);
  const model = content["model"] as SavedModel;
  const actual = checksumOf(model);
  if (content["checksum"] !== actual)
    throw broken(file, "must be as it was written", "contents that do not match their checksum");
  return model;
}

function parse(file: string, text: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content as Record<string, unknown>;
  } catch {
    throw broken(file, "must be whole", `${text.length} characters that end too early or are not JSON`);
  }
  throw broken(file, "must be whole", "something other than a JSON object");
}

/** JSON keeps the order of keys and every digit of a number, so the text of the parsed model is the text written. */
function checksumOf(model: unknown): string {
  // In a list, because a file may lack its model, and JSON has no text for nothing.
  return createHash("sha256")
    .update(JSON.stringify([model]))
    .digest("hex");
}

function broken(file: string, rule: string, got: string): FormatError {
  return new FormatError({
    code: "MODEL_FILE",
    where: file,
    rule: `the model ${rule}`,
    got,
    fix: `Train anew, or put ${FILE}.previous in its place if there is one`,
    details: { file },
  });
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
    return undefined;
  throw error;
}
