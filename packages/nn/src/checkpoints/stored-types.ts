/** The element types of safetensors files, and how each becomes one of ours. */
import { ValueError, type DType, type NdArray, type TypedArrayOf } from "@unfold/core";

/** How elements lie in a file, and what they are read as. */
export interface StoredType {
  readonly bytes: number;
  readonly dtype: DType;
  /** The elements, from bytes that start at offset 0 of their buffer. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => TypedArrayOf<DType>;
}

/** By their names in files. */
export const STORED_TYPES: Readonly<Record<string, StoredType>> = {
  F32: { bytes: 4, dtype: "f32", read: ({ buffer }) => new Float32Array(buffer) },
  F64: { bytes: 8, dtype: "f32", read: ({ buffer }) => new Float64Array(buffer) },
  F16: { bytes: 2, dtype: "f32", read: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), fromHalf) },
  BF16: { bytes: 2, dtype: "f32", read: ({ buffer }) => fromBrainFloats(new Uint16Array(buffer)) },
  I32: { bytes: 4, dtype: "i32", read: ({ buffer }) => new Int32Array(buffer) },
  I64: { bytes: 8, dtype: "i32", read: ({ buffer }) => Int32Array.from(new BigInt64Array(buffer), fromLong) },
  I16: { bytes: 2, dtype: "i32", read: ({ buffer }) => Int32Array.from(new Int16Array(buffer)) },
  I8: { bytes: 1, dtype: "i32", read: ({ buffer }) => Int32Array.from(new Int8Array(buffer)) },
  U8: { bytes: 1, dtype: "i32", read: (bytes) => Int32Array.from(bytes) },
  BOOL: { bytes: 1, dtype: "bool", read: (bytes) => bytes.map((byte) => (byte === 0 ? 0 : 1)) },
};

/** The name in files of our elements: f32 held in double precision, as runtimes of that precision have it, keeps it. */
export function storedName({ dtype, data }: NdArray): string {
  if (dtype === "f32") return data instanceof Float64Array ? "F64" : "F32";
  return dtype === "i32" ? "I32" : "BOOL";
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper halves of binary32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

function fromLong(value: bigint): number {
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return Number(value);
  throw new ValueError({
    code: "STORED_INTEGER",
    where: "decodeSafetensors(bytes)",
    rule: "integers must fit in 32 bits",
    got: String(value),
  });
}
