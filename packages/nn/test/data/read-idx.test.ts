/** IDX files, written here as the format's description says. */
import { FormatError, type NdArray } from "@unfold/core";
import { Dataset, readIdx } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const TYPES = [
  { code: 0x08, bytes: 1, least: 0, most: 255, set: "setUint8" },
  { code: 0x09, bytes: 1, least: -128, most: 127, set: "setInt8" },
  { code: 0x0b, bytes: 2, least: -32768, most: 32767, set: "setInt16" },
  { code: 0x0c, bytes: 4, least: -(2 ** 31), most: 2 ** 31 - 1, set: "setInt32" },
  { code: 0x0d, bytes: 4, least: -999, most: 999, set: "setFloat32" },
  { code: 0x0e, bytes: 8, least: -999, most: 999, set: "setFloat64" },
] as const;

function idxFile(type: (typeof TYPES)[number], shape: readonly number[], values: readonly number[]): Uint8Array {
  const start = 4 + 4 * shape.length;
  const view = new DataView(new ArrayBuffer(start + values.length * type.bytes));
  view.setUint8(2, type.code);
  view.setUint8(3, shape.length);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  values.forEach((value, i) => {
    view[type.set](start + i * type.bytes, value);
  });
  return new Uint8Array(view.buffer);
}

const files = fc
  .tuple(fc.constantFrom(...TYPES), fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }))
  .chain(([type, shape]) => {
    const size = shape.reduce((product, extent) => product * extent);
    const element = fc.integer({ min: type.least, max: type.most });
    return fc.record({
      type: fc.constant(type),
      shape: fc.constant(shape),
      values: fc.array(element, { minLength: size, maxLength: size }),
    });
  });

const flat = (arrays: Iterable<NdArray>): number[] => [...arrays].flatMap(({ data }) => [...data]);

test("what was written is read, array by array, at any place in memory", () => {
  fc.assert(
    fc.property(files, fc.nat({ max: 3 }), ({ type, shape, values }, offset) => {
      const bytes = idxFile(type, shape, values);
      const moved = new Uint8Array(offset + bytes.length).subarray(offset);
      moved.set(bytes);
      for (const dtype of ["f32", "i32"] as const) {
        const arrays = readIdx(moved, { dtype });
        expect(arrays.shape).toEqual(shape);
        expect(flat(arrays)).toEqual(values);
        expect(arrays.at(shape[0]! - 1).type).toEqual({ dtype, shape: shape.slice(1) });
      }
    }),
  );
});

test("images and labels become examples", async () => {
  const images = readIdx(idxFile(TYPES[0], [3, 2, 2], [...Array(12).keys()]));
  const labels = readIdx(idxFile(TYPES[0], [3], [7, 8, 9]), { dtype: "i32" });
  const digits = Dataset.from(images).map((image, i) => ({ image, label: labels.at(i) }));
  const [batch] = await digits.batch(3, { dtypes: { label: "i32" } }).toArray();
  expect(batch!.image.shape).toEqual([3, 2, 2]);
  expect([...batch!.label.data]).toEqual([7, 8, 9]);
});

describe("refused", () => {
  const whole = idxFile(TYPES[0], [2, 3], [1, 2, 3, 4, 5, 6]);

  test("any file that is cut, and most that are changed; none crashes", () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(() => readIdx(whole.subarray(0, length))).toThrow(FormatError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readIdx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });

  test.each([
    ["no bytes", [], "a file must have 4 bytes at least, got 0"],
    ["a gzip file", [0x1f, 0x8b, 8, 0], "got 1f8b0800. Decompress it first: it is a gzip file."],
    [
      "an unknown element type",
      [0, 0, 7, 1, 0, 0, 0, 0],
      "must begin with two zeros and an element type, got 00000701",
    ],
    ["no axis", [0, 0, 8, 0], "a file must have at least one axis, and the size of each, got 0 in 4 bytes"],
    ["an axis of 0", [0, 0, 8, 1, 0, 0, 0, 0], "every axis must have at least one element, got [0]"],
    [
      "more than there is",
      [0, 0, 14, 2, 255, 255, 255, 255, 255, 255, 255, 255],
      "a file of shape [4294967295, 4294967295] must have",
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => readIdx(Uint8Array.from(bytes))).toThrow(message);
  });

  test.each([-1, 2, 0.5, NaN])("array %d of 2", (index) => {
    expect(() => readIdx(whole).at(index)).toThrow(`every index must be in [0, 1], got ${index}`);
  });

  test("fractions as labels, naming the array", () => {
    const halves = readIdx(idxFile(TYPES[4], [2], [1, 0.5]), { dtype: "i32" });
    expect(() => halves.at(1)).toThrow("readIdx(bytes): array 1: i32 elements must be whole numbers");
  });
});
