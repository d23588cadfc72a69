/** The header of a safetensors file: read as something that anybody may have written. */
import { FormatError, sizeOf, type Shape } from "@unfold/core";
import { STORED_TYPES } from "./stored-types.js";

/** Where one tensor lies. */
export interface StoredTensor {
  readonly name: string;
  /** The name of its element type in the file. */
  readonly type: string;
  readonly shape: Shape;
  /** Bytes from the beginning of the data. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says, and where the data begins. */
export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly dataStart: number;
}

/** Headers are not longer, as in the Python library: a file of a few bytes cannot ask for gigabytes. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

/** @throws FormatError SAFETENSORS if the header breaks any rule of the format. */
export function readHeader(bytes: Uint8Array): SafetensorsHeader {
  if (bytes.length < LENGTH_BYTES) throw broken("a file must have 8 bytes at least", `${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const rest = bytes.length - LENGTH_BYTES;
  if (length > LONGEST_HEADER || length > rest)
    throw broken(
      "the header must end inside the file, and have 100 MB at most",
      `a header of ${length} bytes and ${rest} bytes of file`,
    );
  const dataStart = LENGTH_BYTES + length;
  const { __metadata__: metadata = {}, ...entries } = parse(bytes.subarray(LENGTH_BYTES, dataStart));
  const tensors = Object.entries(entries).map(([name, entry]) => readEntry(name, entry));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(tensors, bytes.length - dataStart);
  return { tensors, metadata: checkMetadata(metadata), dataStart };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(textOf(bytes));
  } catch {
    throw broken("the header must be JSON", `${bytes.length} bytes that are not`);
  }
  if (!isRecord(header)) throw broken("the header must be a JSON object", shown(header));
  const [written, different] = [namesWritten(bytes), Object.keys(header).length];
  if (written === different) return header;
  throw broken("names of tensors must be different ones", `${written} names, ${different} of them different`);
}

/** Keys of the outermost object: its colons, but for those in texts. Of equal keys JSON.parse keeps the last. */
function namesWritten(json: Uint8Array): number {
  let [names, depth, isText] = [0, 0, false];
  for (let i = 0; i < json.length; i++) {
    const character = String.fromCharCode(json[i]!);
    if (character === "\\") i++;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === ":" && depth === 1) names++;
  }
  return names;
}

/** What came, in a few words: it may be as long and as deep as a header can be. */
function shown(value: unknown): string {
  if (isRecord(value)) return "an object";
  if (!Array.isArray(value)) return shortened(JSON.stringify(value));
  return shortened(
    `[${value
      .slice(0, SHOWN)
      .map((one) => (typeof one === "object" ? "…" : String(one)))
      .join(", ")}]`,
  );
}

function shortened(text = "nothing"): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}

/** Characters of a header that an error shows. */
const SHOWN = 60;

/** UTF-8, whatever is not ASCII in percent signs. */
function textOf(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 4096) {
    const piece = Array.from(bytes.subarray(start, start + 4096), (byte) =>
      byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0")}`,
    );
    pieces.push(piece.join(""));
  }
  return decodeURIComponent(pieces.join(""));
}

function readEntry(name: string, entry: unknown): StoredTensor {
  const where = shown(name);
  if (!isRecord(entry)) throw broken(`${where} must be an object`, shown(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(STORED_TYPES, dtype)) {
    const known = Object.keys(STORED_TYPES).join(", ");
    throw broken(`the dtype of ${where} must be one of ${known}`, shown(dtype));
  }
  if (!isWholeNumbers(shape)) throw broken(`the shape of ${where} must be whole numbers ≥ 0`, shown(shape));
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || offsets[1]! < offsets[0]!)
    throw broken(`data_offsets of ${where} must be [begin, end]`, shown(offsets));
  const [begin, end] = offsets as [number, number];
  const size = sizeOf(shape) * STORED_TYPES[dtype]!.bytes;
  if (end - begin !== size)
    throw broken(`${where}, ${dtype} of shape ${shown(shape)}, must have ${size} bytes`, `${end - begin}`);
  return { name, type: dtype, shape, begin, end };
}

/** Tensors must lie side by side and fill the file: nothing overlaps, nothing hides in between. */
function checkPlaces(tensors: readonly StoredTensor[], dataBytes: number): void {
  let end = 0;
  for (const tensor of tensors) {
    if (tensor.begin !== end)
      throw broken(
        `${shown(tensor.name)} must begin where the tensor before it ends, at byte ${end}`,
        `byte ${tensor.begin}`,
      );
    end = tensor.end;
  }
  if (end !== dataBytes) throw broken(`the data must have the ${end} bytes of its tensors`, `${dataBytes}`);
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  const isTexts = isRecord(metadata) && Object.values(metadata).every((value) => typeof value === "string");
  if (isTexts) return metadata as Readonly<Record<string, string>>;
  throw broken("__metadata__ must be an object of texts", shown(metadata));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}

/** A file that is not as the format asks. */
export function broken(rule: string, got: string): FormatError {
  const fix = "The file is truncated, changed, or of another kind";
  return new FormatError({ code: "SAFETENSORS", where: "decodeSafetensors(bytes)", rule, got, fix });
}
