/** Host values from what people write, and everything that is refused. */
import { NdArray, ndArray, sizeOf, type DType, type NestedList, type Shape, type TensorValue } from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf, type SeenProblem } from "../problem-of.js";

/** The elements as nested lists of a shape, row-major. */
function nest(elements: readonly number[], [extent, ...rest]: Shape): NestedList {
  if (extent === undefined) return elements[0]!;
  const size = sizeOf(rest);
  return Array.from({ length: extent }, (_, i) => nest(elements.slice(i * size, (i + 1) * size), rest));
}

const filled = fc
  .array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 })
  .chain((shape) =>
    fc.tuple(fc.constant(shape), fc.array(fc.double(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })),
  );

describe("values", () => {
  test("nested lists keep shape, order and every bit", () => {
    fc.assert(
      fc.property(filled, ([shape, elements]) => {
        const array = ndArray(nest(elements, shape));
        expect(array.type).toEqual({ dtype: "f32", shape });
        expect([...array.data]).toEqual(elements);
      }),
    );
  });

  test("a flat list, a typed array or another NdArray with a shape is the same", () => {
    fc.assert(
      fc.property(filled, ([shape, elements]) => {
        const expected = ndArray(nest(elements, shape));
        const flat = new Float64Array(elements);
        for (const value of [elements, flat, ndArray(flat, { shape })])
          expect(ndArray(value, { shape })).toEqual(expected);
      }),
    );
  });

  test.each<[string, TensorValue, DType, Shape]>([
    ["a number", 3, "f32", []],
    ["a truth value", true, "bool", []],
    ["an empty list", [], "f32", [0]],
    ["empty rows", [[], []], "f32", [2, 0]],
    ["nested truth values", [[true], [false]], "bool", [2, 1]],
    ["a Float32Array", new Float32Array(2), "f32", [2]],
    ["a Float64Array", new Float64Array(2), "f32", [2]],
    ["an Int32Array", new Int32Array(2), "i32", [2]],
    ["a Uint8Array", new Uint8Array(2), "bool", [2]],
  ])("the type of %s", (_, value, dtype, shape) => {
    expect(ndArray(value).type).toEqual({ dtype, shape });
  });

  test("i32 holds the whole range, bool holds 0 and 1", () => {
    const range = ndArray([-(2 ** 31), 2 ** 31 - 1, 0], { dtype: "i32" });
    expect(range.data).toEqual(new Int32Array([-2147483648, 2147483647, 0]));
    expect(ndArray([1, 0, true, false], { dtype: "bool" }).data).toEqual(new Uint8Array([1, 0, 1, 0]));
  });

  test("typed arrays are copied, whatever they hold", () => {
    for (const given of [new Float32Array([1]), new Float64Array([1]), new Int32Array([1]), new Uint8Array([1])]) {
      const array = ndArray(given);
      given[0] = 0;
      expect(array.data[0]).toBe(1);
    }
  });

  test("a list of a million elements does not overflow", () => {
    expect(ndArray(new Array<number>(1_000_000).fill(1)).shape).toEqual([1_000_000]);
  });
});

describe("refused", () => {
  const CONVERT = " Convert texts: Number(text), or a Vocabulary for tokens.";
  const nested = (shape: string, got: string, fix = ""): SeenProblem => ({
    code: "NESTED_SHAPE",
    message: `ndArray(value): nested lists must have equal lengths and hold numbers, so that the value has shape ${shape}, got ${got}.${fix}`,
  });
  const dtype = (rule: string, got: string): SeenProblem => ({
    code: "VALUE_DTYPE",
    message: `ndArray(value): ${rule}, got ${got}.`,
  });
  const whole = "i32 elements must be whole numbers in [-2^31, 2^31 - 1]";
  const truth = "bool elements must be true or false (1 or 0)";

  test.each<[string, unknown, DType | undefined, SeenProblem]>([
    ["rows of two lengths", [[1, 2], [3]], undefined, nested("[2, 2]", "a list of 1 at depth 1")],
    ["a number among rows", [[1], 2], undefined, nested("[2, 1]", "2 at depth 1")],
    ["a row among numbers", [1, [2]], undefined, nested("[2]", "a list of 1 at depth 1")],
    ["text", "1", undefined, nested("[]", '"1" at depth 0', CONVERT)],
    ["a list of text", ["1", "2"], undefined, nested("[2]", '"1" at depth 1', CONVERT)],
    ["a hole", [1, undefined], undefined, nested("[2]", "undefined at depth 1")],
    ["a fraction as i32", [0, 1.5], "i32", dtype(whole, "1.5 at position 1")],
    ["2^31 as i32", 2 ** 31, "i32", dtype(whole, "2147483648 at position 0")],
    ["NaN as i32", NaN, "i32", dtype(whole, "NaN at position 0")],
    ["a truth value as i32", [true], "i32", dtype(whole, "true at position 0")],
    ["2 as bool", [1, 2], "bool", dtype(truth, "2 at position 1")],
    ["NaN as bool", NaN, "bool", dtype(truth, "NaN at position 0")],
    ["a truth value among floats", [1, true], undefined, dtype("f32 elements must be numbers", "true at position 1")],
    ["a byte of 2", new Uint8Array([0, 2]), undefined, dtype(truth, "2 at position 1")],
  ])("%s", (_, value, as, problem) => {
    expect(problemOf(() => ndArray(value as TensorValue, as && { dtype: as }))).toEqual(problem);
  });

  test("another shape than the one asked for", () => {
    expect(problemOf(() => ndArray([1, 2, 3], { shape: [2, 2] }))).toEqual({
      code: "VALUE_SHAPE",
      message: "ndArray(value): the value must have shape [2, 2], got [3] (3 elements).",
    });
    // As many elements, but rows that say something else.
    expect(
      problemOf(() =>
        ndArray(
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          { shape: [3, 2] },
        ),
      ).message,
    ).toBe("ndArray(value): the value must have shape [3, 2], got [2, 3] (6 elements).");
  });

  test("a shape that is none", () => {
    expect(problemOf(() => ndArray([1, 2], { shape: [-2, -1] })).code).toBe("SHAPE_EXTENT");
  });

  test("data of another length than the type", () => {
    expect(problemOf(() => new NdArray({ dtype: "f32", shape: [2, 2] }, new Float32Array(3)))).toEqual({
      code: "DATA_LENGTH",
      message: "NdArray: f32[2, 2] must hold 4 elements, got 3.",
    });
  });
});

describe("item and copy", () => {
  test("the only element, whatever the rank", () => {
    expect([ndArray(7).item(), ndArray([[[7]]]).item(), ndArray(true).item()]).toEqual([7, 7, 1]);
  });

  test.each<[string, TensorValue, string]>([
    ["several elements", [1, 2], "f32[2]"],
    ["no element", [], "f32[0]"],
  ])("item() of %s", (_, value, type) => {
    expect(problemOf(() => ndArray(value).item())).toEqual({
      code: "ITEM_SIZE",
      message: `item(): the tensor must have exactly one element, got ${type}. Read .data, which holds all elements in row-major order.`,
    });
  });

  test("a copy shares nothing and keeps the kind of array", () => {
    const original = new NdArray({ dtype: "f32", shape: [2] }, new Float32Array([1, 2]));
    const copy = original.copy();
    original.data[0] = 9;
    expect(copy).toEqual(new NdArray({ dtype: "f32", shape: [2] }, new Float32Array([1, 2])));
  });
});
