/** Shapes: the broadcast rule and its laws, strides, axes from either end, printed types. */
import { broadcastShapes, formatType, sizeOf, type DType, type Shape, type TensorType } from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeAxes, normalizeAxis, sameShape, stridesOf } from "../../src/tensor/shape.js";
import { sameType } from "../../src/tensor/tensor-type.js";
import { problemOf } from "../problem-of.js";

/** Few sizes, so that shapes often fit; 0 and 1 are among them. */
const extent = fc.constantFrom(1, 2, 3, 0);
const shape = fc.array(extent, { maxLength: 4 });

describe("broadcastShapes", () => {
  /** The rule as NumPy's manual states it: pad with ones in front, then compare axis by axis. */
  function byTheBook(a: Shape, b: Shape): Shape | undefined {
    const rank = Math.max(a.length, b.length);
    const pad = (short: Shape): number[] => [...new Array<number>(rank - short.length).fill(1), ...short];
    const [x, y] = [pad(a), pad(b)];
    const fits = x.every((size, axis) => size === y[axis] || size === 1 || y[axis] === 1);
    return fits ? x.map((size, axis) => (size === 1 ? y[axis]! : size)) : undefined;
  }

  test("is NumPy's rule", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(broadcastShapes(a, b)).toEqual(byTheBook(a, b));
      }),
    );
  });

  test("is commutative", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a));
      }),
    );
  });

  test("is associative, also in what it refuses", () => {
    const both = (a: Shape | undefined, b: Shape | undefined): Shape | undefined => a && b && broadcastShapes(a, b);
    fc.assert(
      fc.property(shape, shape, shape, (a, b, c) => {
        expect(both(both(a, b), c)).toEqual(both(a, both(b, c)));
      }),
    );
  });

  test("leaves a shape alone beside a scalar, beside itself and beside ones", () => {
    fc.assert(
      fc.property(shape, (a) => {
        const ones = a.map(() => 1);
        expect([broadcastShapes(a, []), broadcastShapes(a, a), broadcastShapes(ones, a)]).toEqual([a, a, a]);
      }),
    );
  });

  test.each<[Shape, Shape, Shape | undefined]>([
    [
      [2, 1, 3],
      [4, 1],
      [2, 4, 3],
    ],
    [[2], [3], undefined],
    [[0], [1], [0]],
    [[0], [2], undefined],
    [[2, 3], [2], undefined],
  ])("%j and %j", (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
  });
});

describe("sizes and strides", () => {
  test("a scalar has one element, an axis of size 0 none", () => {
    expect([sizeOf([]), sizeOf([2, 3, 4]), sizeOf([2, 0, 4])]).toEqual([1, 24, 0]);
  });

  test("row-major strides number every element once, in order", () => {
    fc.assert(
      fc.property(shape, (a) => {
        const strides = stridesOf(a);
        const positions = a.reduce<number[]>(
          (found, size, axis) => found.flatMap((p) => Array.from({ length: size }, (_, i) => p + i * strides[axis]!)),
          [0],
        );
        expect(positions).toEqual(Array.from({ length: sizeOf(a) }, (_, i) => i));
      }),
    );
  });

  test("shapes and types are equal axis by axis", () => {
    expect([sameShape([2, 3], [2, 3]), sameShape([2, 3], [3, 2]), sameShape([2], [2, 1]), sameShape([], [])]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    const [a, b]: [TensorType, TensorType] = [
      { dtype: "f32", shape: [2] },
      { dtype: "i32", shape: [2] },
    ];
    expect([sameType(a, { ...a }), sameType(a, b)]).toEqual([true, false]);
  });
});

describe("axes", () => {
  const axis = fc
    .integer({ min: 1, max: 6 })
    .chain((rank) => fc.tuple(fc.integer({ min: -rank, max: rank - 1 }), fc.constant(rank)));

  test("negative ones count from the end", () => {
    fc.assert(
      fc.property(axis, ([given, rank]) => {
        expect(normalizeAxis("f", given, rank)).toBe((given + rank) % rank);
      }),
    );
  });

  test.each<[number, number, string]>([
    [2, 2, "axis must be a whole number in [-2, 1], got 2."],
    [-3, 2, "axis must be a whole number in [-2, 1], got -3."],
    [0.5, 2, "axis must be a whole number in [-2, 1], got 0.5."],
    [NaN, 2, "axis must be a whole number in [-2, 1], got NaN."],
    [0, 0, "axis must name an axis, and a scalar has none, got 0."],
  ])("axis %d of rank %d", (given, rank, problem) => {
    expect(problemOf(() => normalizeAxis("sum(x)", given, rank))).toEqual({
      code: "AXIS_RANGE",
      message: `sum(x): ${problem}`,
    });
  });

  test("several are sorted; none given means all, an empty list none", () => {
    expect([
      normalizeAxes("f", [-1, 0], 3),
      normalizeAxes("f", 1, 3),
      normalizeAxes("f", undefined, 3),
      normalizeAxes("f", [], 3),
      normalizeAxes("f", undefined, 0),
    ]).toEqual([[0, 2], [1], [0, 1, 2], [], []]);
  });

  test("one named twice, from either end", () => {
    expect(problemOf(() => normalizeAxes("sum(x)", [1, 0, -1], 2))).toEqual({
      code: "AXIS_REPEATED",
      message: "sum(x): every axis must be named once, got axis 1 twice in [1, 0, -1].",
    });
  });
});

test("a printed type says all there is to a type", () => {
  const dtype = fc.constantFrom<DType>("f32", "i32", "bool");
  fc.assert(
    fc.property(dtype, shape, (element, sizes) => {
      const text = formatType({ dtype: element, shape: sizes });
      const [, readDType, list] = /^(f32|i32|bool)\[((?:\d+(?:, \d+)*)?)\]$/.exec(text)!;
      expect(readDType).toBe(element);
      expect(list === "" ? [] : list!.split(", ").map(Number)).toEqual(sizes);
    }),
  );
});
