/** IDX files, the format in which MNIST and its likes are published. */
import {
  checkKeys,
  FormatError,
  ndArray,
  sizeOf,
  ValueError,
  type DType,
  type NdArray,
  type Shape,
} from "@unfold/core";

/** The arrays along the first axis of an IDX file, made when they are asked for. */
export interface IdxArrays<D extends DType = DType> extends Iterable<NdArray<D>> {
  /** That of the file: how many arrays there are, then the shape of each. */
  readonly shape: Shape;
  /** The array with a number in [0, shape[0]). */
  readonly at: (index: number) => NdArray<D>;
}

/** How an element lies in a file: most significant byte first. */
interface Element {
  readonly bytes: number;
  readonly read: (view: DataView, place: number) => number;
}

/** By the third byte of the file. */
const ELEMENTS: ReadonlyMap<number, Element> = new Map([
  [0x08, { bytes: 1, read: (view, place) => view.getUint8(place) }],
  [0x09, { bytes: 1, read: (view, place) => view.getInt8(place) }],
  [0x0b, { bytes: 2, read: (view, place) => view.getInt16(place) }],
  [0x0c, { bytes: 4, read: (view, place) => view.getInt32(place) }],
  [0x0d, { bytes: 4, read: (view, place) => view.getFloat32(place) }],
  [0x0e, { bytes: 8, read: (view, place) => view.getFloat64(place) }],
]);

/**
 * The arrays of an IDX file, such as the images or the labels of MNIST.
 *
 * @param bytes - the whole file, decompressed
 * @param options - dtype: element type, default f32; labels are "i32"
 * @throws FormatError IDX if the file is not in this format, or truncated. ValueError INDEX_RANGE, from `at`, if there is no such array. DTypeError VALUE_DTYPE, from `at`, if an element cannot be of the dtype.
 * @example
 * const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6); // bytes of shape [2, 3]
 * const arrays = readIdx(file);
 * arrays.shape; // → [2, 3]
 * arrays.at(1).data; // → [4, 5, 6]
 * @source LeCun, Cortes & Burges 1998, "The MNIST database", the section "File formats"
 */
export function readIdx<D extends DType = "f32">(
  bytes: Uint8Array,
  options: { readonly dtype?: D } = {},
): IdxArrays<D> {
  checkKeys("readIdx(bytes, options)", "options", options, { dtype: true });
  const { dtype = "f32" as D } = options;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { element, shape, start } = readHeader(view);
  const [count, ...inner] = shape as [number, ...number[]];
  const size = sizeOf(inner);
  const at = (index: number): NdArray<D> => {
    if (!Number.isInteger(index) || index < 0 || index >= count) throw outside(index, count);
    const values = new Float64Array(size);
    for (let i = 0; i < size; i++) values[i] = element.read(view, start + (index * size + i) * element.bytes);
    return ndArray(values, { dtype, shape: inner, where: `readIdx(bytes): array ${index}` });
  };
  return {
    shape,
    at,
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield at(i);
    },
  };
}

function readHeader(view: DataView): { readonly element: Element; readonly shape: Shape; readonly start: number } {
  if (view.byteLength < 4) throw broken("a file must have 4 bytes at least", String(view.byteLength));
  const element = ELEMENTS.get(view.getUint8(2));
  if (view.getUint16(0) !== 0 || element === undefined) {
    const begin = view.getUint32(0).toString(16).padStart(8, "0");
    throw broken("a file must begin with two zeros and an element type", begin, compressionOf(begin));
  }
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  if (rank === 0 || view.byteLength < start)
    throw broken("a file must have at least one axis, and the size of each", `${rank} in ${view.byteLength} bytes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const wanted = start + sizeOf(shape) * element.bytes;
  const sizes = `[${shape.join(", ")}]`;
  if (shape.includes(0)) throw broken("every axis must have at least one element", sizes);
  if (view.byteLength !== wanted)
    throw broken(`a file of shape ${sizes} must have ${wanted} bytes`, String(view.byteLength));
  return { element, shape, start };
}

function compressionOf(begin: string): string | undefined {
  return begin.startsWith("1f8b") ? "Decompress it first: it is a gzip file" : undefined;
}

function outside(index: number, count: number): ValueError {
  const rule = `every index must be in [0, ${count - 1}]`;
  return new ValueError({ code: "INDEX_RANGE", where: "readIdx(bytes).at(index)", rule, got: String(index) });
}

function broken(rule: string, got: string, fix = "The file is truncated, or of another format"): FormatError {
  return new FormatError({ code: "IDX", where: "readIdx(bytes)", rule, got, fix });
}
