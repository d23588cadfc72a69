/** Arrays by name as a safetensors file, which Python's library of that name reads and writes. */
import { checkArgument, NdArray, ValueError, wrongArgument } from "@unfold/core";
import { crc32 } from "./crc32.js";
import { broken, readHeader } from "./safetensors-header.js";
import { storedName, STORED_TYPES } from "./stored-types.js";

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NdArray>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the file had a checksum, which matches. */
  readonly isVerified: boolean;
}

const WHERE = "encodeSafetensors(tensors, metadata)";
const CHECKSUM = "crc32";
const UNKNOWN_CHECKSUM = "00000000";

/**
 * The bytes of a safetensors file. The metadata gets a checksum of the whole file, `crc32`, which readers of other programs
 * need not know.
 *
 * @param tensors - arrays by name; f32 (F64 if held in double precision), i32 and bool are stored as F32, I32 and BOOL
 * @throws ValueError STORED_NAME if a tensor is called `__metadata__`, or the metadata has a `crc32` of its own.
 * @example
 * const bytes = encodeSafetensors({ w: ndArray([[1, 2]]) });
 * decodeSafetensors(bytes).tensors.get("w").shape; // → [1, 2]
 * @source safetensors 0.4, "Format" (Hugging Face)
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NdArray> | Readonly<Record<string, NdArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkArgument(WHERE, "tensors must be arrays by name", tensors);
  const entries: readonly (readonly [string, NdArray])[] =
    tensors instanceof Map ? [...(tensors as ReadonlyMap<string, NdArray>)] : Object.entries(tensors);
  for (const [name, array] of entries) {
    if (!(array instanceof NdArray))
      throw wrongArgument(
        WHERE,
        `"${name}" must be an array`,
        array,
        "Make it with ndArray(value), or read it: runtime.read(leaf)",
      );
  }
  checkNames(entries, metadata);
  let end = 0;
  const described = entries.map(([name, array]) => {
    const place = [end, (end += array.data.byteLength)];
    return [name, { dtype: storedName(array), shape: array.shape, data_offsets: place }] as const;
  });
  const parts = entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const notes = { __metadata__: { ...metadata, [CHECKSUM]: UNKNOWN_CHECKSUM } };
  // Not by assignment: a tensor may be called __proto__.
  const head = headerBytes(JSON.stringify({ ...notes, ...Object.fromEntries(described) }));
  const file = new Uint8Array(head.length + end);
  file.set(head);
  let place = head.length;
  for (const part of parts) {
    file.set(part, place);
    place += part.length;
  }
  writeChecksum(file, crc32(file));
  return file;
}

/**
 * The arrays of a safetensors file. F16 and BF16 become f32, F64 becomes f32 held in double precision; I64, which must fit, I16, I8 and U8 become i32.
 *
 * @throws FormatError SAFETENSORS if the file breaks any rule of the format, or a checksum does not match. ValueError STORED_INTEGER if an I64 does not fit in 32 bits.
 * @example
 * const { tensors, metadata } = decodeSafetensors(encodeSafetensors({ w: ndArray([1, 2]) }, { author: "me" }));
 * [...tensors.get("w").data, metadata.author]; // → [1, 2, "me"]
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  if (!(bytes instanceof Uint8Array))
    throw wrongArgument(
      "decodeSafetensors(bytes)",
      "bytes must be a Uint8Array",
      bytes,
      "Of an ArrayBuffer: new Uint8Array(buffer)",
    );
  const { tensors, metadata, dataStart } = readHeader(bytes);
  const { [CHECKSUM]: checksum, ...rest } = metadata;
  if (checksum !== undefined) verifyChecksum(bytes, dataStart, checksum);
  const values = tensors.map(({ name, type, shape, begin, end }): [string, NdArray] => {
    const { dtype, read } = STORED_TYPES[type]!;
    return [name, new NdArray({ dtype, shape }, read(copyOf(bytes.subarray(dataStart + begin, dataStart + end))))];
  });
  return { tensors: new Map(values), metadata: rest, isVerified: checksum !== undefined };
}

/** Bytes at offset 0 of a buffer of their own: a `slice` of Node's Buffer would share its memory. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Padded so that the data is aligned, all in ASCII. */
function headerBytes(json: string): Uint8Array {
  const ascii = json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const length = Math.ceil(ascii.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  for (let i = 0; i < ascii.length; i++) bytes[8 + i] = ascii.charCodeAt(i);
  return bytes;
}

/** The checksum is that of the file with zeros in its place. */
function writeChecksum(file: Uint8Array, checksum: number): void {
  file.set(asciiOf(checksum.toString(16).padStart(8, "0")), placeOfChecksum(file, UNKNOWN_CHECKSUM));
}

function verifyChecksum(bytes: Uint8Array, dataStart: number, expected: string): void {
  const head = copyOf(bytes.subarray(0, dataStart));
  const place = placeOfChecksum(head, expected);
  if (expected.length === UNKNOWN_CHECKSUM.length && place >= 0) head.set(asciiOf(UNKNOWN_CHECKSUM), place);
  const actual = crc32(bytes.subarray(dataStart), crc32(head)).toString(16).padStart(8, "0");
  if (actual !== expected) throw broken(`contents must match their checksum, ${expected}`, `a checksum of ${actual}`);
}

/** Where the checksum is written in a header. */
function placeOfChecksum(head: Uint8Array, checksum: string): number {
  const sought = asciiOf(`"${CHECKSUM}":"${checksum}"`);
  const digits = sought.length - 1 - checksum.length;
  for (let start = 8; start + sought.length <= head.length; start++)
    if (sought.every((byte, i) => head[start + i] === byte)) return start + digits;
  return -1;
}

function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function checkNames(
  entries: readonly (readonly [string, NdArray])[],
  metadata: Readonly<Record<string, string>>,
): void {
  const problem = (rule: string, got: string): ValueError =>
    new ValueError({ code: "STORED_NAME", where: WHERE, rule, got });
  if (entries.some(([name]) => name === "__metadata__"))
    throw problem("no tensor must be called __metadata__", "one that is");
  if (Object.hasOwn(metadata, CHECKSUM)) throw problem("metadata must leave crc32 to this function", "one of its own");
}
