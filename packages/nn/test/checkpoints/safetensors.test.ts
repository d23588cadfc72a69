/** Safetensors files: every bit comes back, and what is broken or malicious is refused. */
import { FormatError, NdArray, ndArray, sizeOf, type DType } from "@unfold/core";
import { decodeSafetensors, encodeSafetensors } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
const arrays: fc.Arbitrary<NdArray> = fc
  .tuple(fc.constantFrom<DType>("f32", "i32", "bool"), shapes, fc.infiniteStream(fc.integer()))
  .map(([dtype, shape, words]) => {
    const bits = Int32Array.from(words.take(sizeOf(shape)));
    // Any 32 bits at all, NaN of every kind included.
    const data = {
      f32: () => new Float32Array(bits.buffer),
      i32: () => bits,
      bool: () => Uint8Array.from(bits, (b) => b & 1),
    };
    return new NdArray({ dtype, shape }, data[dtype]());
  });
const names = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("a/b", '"crc32":"00000000"', "%41"),
);
const files = fc.tuple(
  fc.uniqueArray(fc.tuple(names, arrays), { selector: ([name]) => name, maxLength: 5 }),
  fc.dictionary(names, fc.string({ unit: "binary", maxLength: 8 }), { maxKeys: 3, noNullPrototype: true }),
);

const bitsOf = ({ data }: NdArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as FormatError).message;
  }
  return "";
}

/** A file of any header. */
function fileOf(header: string, data = new Uint8Array(0), length = header.length): Uint8Array {
  const head = new DataView(new ArrayBuffer(8));
  head.setBigUint64(0, BigInt(length), true);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...new TextEncoder().encode(header), ...data]);
}

test("names, types, shapes, metadata and every bit come back, from bytes at any place", () => {
  fc.assert(
    fc.property(files, fc.nat({ max: 9 }), ([entries, metadata], offset) => {
      const bytes = encodeSafetensors(new Map(entries), metadata);
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      const found = decodeSafetensors(moved.subarray(offset));
      expect(found.metadata).toEqual(metadata);
      expect([...found.tensors.keys()].toSorted()).toEqual(entries.map(([name]) => name).toSorted());
      for (const [name, array] of entries) {
        expect(found.tensors.get(name)!.type).toEqual(array.type);
        expect(bitsOf(found.tensors.get(name)!)).toEqual(bitsOf(array));
      }
    }),
  );
});

test("a tensor may have any name, __proto__ too", () => {
  const names = ["__proto__", "constructor", "w"];
  const tensors = new Map(names.map((name, i) => [name, ndArray([i])]));
  const { tensors: read } = decodeSafetensors(encodeSafetensors(tensors));
  expect([...read].map(([name, { data }]) => [name, [...data]])).toEqual(names.map((name, i) => [name, [i]]));
});

test("one changed bit anywhere is seen, but in the name of the checksum: then the file is not verified", () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.nat({ max: 7 }), ([entries, metadata], place, bit) => {
      const bytes = encodeSafetensors(new Map(entries), metadata);
      expect(decodeSafetensors(bytes).isVerified).toBe(true);
      bytes[place % bytes.length]! ^= 1 << bit;
      try {
        expect(decodeSafetensors(bytes).isVerified).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 500 },
  );
});

test("a file cut off anywhere is refused", () => {
  fc.assert(
    fc.property(files, fc.nat(), ([entries, metadata], length) => {
      const bytes = encodeSafetensors(new Map(entries), metadata);
      expect(() => decodeSafetensors(bytes.subarray(0, length % bytes.length))).toThrow(FormatError);
    }),
  );
});

test("headers of any JSON are read or refused, never anything else", () => {
  const offsets = fc.oneof(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })), fc.jsonValue());
  const entry = fc.record({
    dtype: fc.oneof(fc.constantFrom("F32", "I8", "constructor"), fc.jsonValue()),
    shape: fc.oneof(fc.array(fc.nat({ max: 3 })), fc.jsonValue()),
    data_offsets: offsets,
  });
  const header = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("a", "__metadata__", "__proto__"), entry));
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 20 }), (json, data) => {
      try {
        decodeSafetensors(fileOf(JSON.stringify(json), data));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

describe("malicious files", () => {
  const entry = (dtype: string, shape: readonly number[], data_offsets: readonly number[]): object => ({
    dtype,
    shape,
    data_offsets,
  });
  const one = JSON.stringify(entry("U8", [1], [0, 1]));
  const empty = JSON.stringify(entry("U8", [0], [1, 1]));
  const nested = "[".repeat(20_000) + "]".repeat(20_000);
  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ["nothing", new Uint8Array(0), "a file must have 8 bytes at least, got 0"],
    [
      "a header of 2^60 bytes",
      fileOf("{}", undefined, 2 ** 60),
      "the header must end inside the file, and have 100 MB at most",
    ],
    ["no JSON", fileOf("{nonsense}"), "the header must be JSON, got 10 bytes that are not"],
    ["bytes that are no UTF-8", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff), "the header must be JSON"],
    ["a list", fileOf("[]"), "the header must be a JSON object, got []"],
    [
      "another element type",
      fileOf(JSON.stringify({ a: entry("F8", [1], [0, 1]) }), new Uint8Array(1)),
      'the dtype of "a" must be one of F32',
    ],
    [
      "a size below 0",
      fileOf(JSON.stringify({ a: entry("F32", [-1], [0, 4]) }), new Uint8Array(4)),
      'the shape of "a" must be whole numbers ≥ 0, got [-1]',
    ],
    [
      "a size beyond all memory",
      fileOf(JSON.stringify({ a: entry("F32", [2 ** 40, 2 ** 40], [0, 4]) }), new Uint8Array(4)),
      "must have",
    ],
    [
      "tensors over each other",
      fileOf(JSON.stringify({ a: entry("U8", [2], [0, 2]), b: entry("U8", [2], [1, 3]) }), new Uint8Array(3)),
      '"b" must begin where the tensor before it ends, at byte 2, got byte 1',
    ],
    [
      "a hole",
      fileOf(JSON.stringify({ a: entry("U8", [1], [1, 2]) }), new Uint8Array(2)),
      '"a" must begin where the tensor before it ends, at byte 0, got byte 1',
    ],
    [
      "hidden data",
      fileOf(JSON.stringify({ a: entry("U8", [1], [0, 1]) }), new Uint8Array(9)),
      "the data must have the 1 bytes of its tensors, got 9",
    ],
    [
      "offsets the wrong way round",
      fileOf(JSON.stringify({ a: entry("U8", [0], [1, 0]) }), new Uint8Array(1)),
      "must be [begin, end]",
    ],
    ["metadata that is no text", fileOf('{"__metadata__":{"a":1}}'), "__metadata__ must be an object of texts"],
    [
      "a checksum of another file",
      fileOf('{"__metadata__":{"crc32":"12345678"}}'),
      "contents must match their checksum, 12345678",
    ],
    ["a checksum that is none", fileOf('{"__metadata__":{"crc32":"no"}}'), "contents must match their checksum, no"],
    [
      "two tensors of one name",
      fileOf(`{"a":${one},"b:":${empty},"\\u0061":${one}}`, new Uint8Array(1)),
      "names of tensors must be different ones, got 3 names, 2 of them different",
    ],
    ["a header deeper than any stack", fileOf(nested), "the header must be a JSON object, got […]"],
    ["a tensor deeper than any stack", fileOf(`{"a":${nested}}`), '"a" must be an object, got […]'],
    ["an element type deeper than any stack", fileOf(`{"a":{"dtype":${nested}}}`), "BOOL, got […]."],
    ["metadata deeper than any stack", fileOf(`{"__metadata__":${nested}}`), "an object of texts, got […]"],
  ];
  test.each(refused)("%s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test("what is long is not repeated in errors", () => {
    const long = "x".repeat(10_000);
    for (const header of [
      { [long]: 1 },
      { a: long },
      { a: { dtype: long } },
      { a: entry("U8", Array(9999).fill(1), []) },
    ])
      expect(messageOf(() => decodeSafetensors(fileOf(JSON.stringify(header)))).length).toBeLessThan(400);
  });

  test("bytes that are none", () => {
    for (const bytes of [new ArrayBuffer(16), "text", undefined] as unknown[])
      expect(() => decodeSafetensors(bytes as Uint8Array)).toThrow("bytes must be a Uint8Array");
  });

  test("an integer beyond 32 bits is refused, not rounded", () => {
    const bytes = fileOf(JSON.stringify({ a: entry("I64", [1], [0, 8]) }), Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0));
    expect(() => decodeSafetensors(bytes)).toThrow("integers must fit in 32 bits, got 4294967296");
  });

  test("names that only the format may use are refused", () => {
    const array = new NdArray({ dtype: "f32", shape: [] }, Float32Array.of(1));
    expect(() => encodeSafetensors({ __metadata__: array })).toThrow("no tensor must be called __metadata__");
    expect(() => encodeSafetensors({ array }, { crc32: "" })).toThrow("metadata must leave crc32 to this function");
  });
});
