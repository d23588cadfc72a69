/** Orthogonal matrices: orthonormality for every shape, gain, and that no direction is preferred. */
import type { Shape } from "@unfold/core";
import { orthogonal } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomSource } from "../../src/random/host-random.js";
import { extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** Two rounds of Gram–Schmidt leave a few roundings of 1.1e-16 per element. */
const F64_TOLERANCE = 1e-14;
/** Rounding each element to f32 by 2^-24 of itself moves a product of two unit vectors by at most 2 · 2^-24. */
const F32_TOLERANCE = 2 ** -23 + F64_TOLERANCE;

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (i: number, j: number) => number;
}

function draw(shape: Shape, seed = 1, gain?: number): Matrix {
  const { data } = orthogonal(gain)(shape, randomSource(seed, "w"));
  const columns = shape.at(-1)!;
  return { rows: data.length / columns, columns, at: (i, j) => data[i * columns + j]! };
}

/** Largest distance of the products of the fewer of rows and columns from gain² I. */
function distance({ rows, columns, at }: Matrix, gain = 1): number {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const element = (v: number, i: number): number => (rows <= columns ? at(v, i) : at(i, v));
  let largest = 0;
  for (let v = 0; v < count; v++) {
    for (let w = 0; w < count; w++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += element(v, i) * element(w, i);
      largest = Math.max(largest, Math.abs(product - (v === w ? gain ** 2 : 0)));
    }
  }
  return largest;
}

function roundedToF32(matrix: Matrix): Matrix {
  return { ...matrix, at: (i, j) => Math.fround(matrix.at(i, j)) };
}

describe.each([
  { title: "square", shape: [32, 32] },
  { title: "tall", shape: [40, 7] },
  { title: "wide", shape: [7, 40] },
  { title: "a row", shape: [1, 9] },
  { title: "a column", shape: [9, 1] },
  { title: "one element", shape: [1, 1] },
  { title: "tall, of four axes", shape: [3, 2, 4, 5] },
  { title: "wide, of four axes", shape: [1, 2, 2, 11] },
])("$title", ({ shape }) => {
  test("the fewer of rows and columns are orthonormal", () => {
    expect(distance(draw(shape))).toBeLessThan(F64_TOLERANCE);
  });

  test("they stay so when stored in 32 bits", () => {
    expect(distance(roundedToF32(draw(shape)))).toBeLessThan(F32_TOLERANCE);
  });
});

test("random shapes, seeds and gains are orthonormal times the gain", () => {
  fc.assert(
    fc.property(extents, extents, seeds, fc.double({ min: 0.5, max: 2 }), (rows, columns, seed, gain) => {
      expect(distance(draw([rows, columns], seed, gain), gain)).toBeLessThan(4 * F64_TOLERANCE);
    }),
  );
});

test("no direction is preferred: elements have mean 0 and variance 1 / n", () => {
  // Of a matrix uniform over all orthogonal ones. Its kurtosis is below the normal distribution's, so that 5 standard
  // errors of 400 normal samples are a bound.
  const [size, samples] = [3, 400];
  const matrices = Array.from({ length: samples }, (_, seed) => draw([size, size], seed));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const mean = matrices.reduce((total, { at }) => total + at(i, j), 0) / samples;
      const square = matrices.reduce((total, { at }) => total + at(i, j) ** 2, 0) / samples;
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / size / samples));
      expect(Math.abs(square - 1 / size)).toBeLessThan((5 * Math.sqrt(2 / samples)) / size);
    }
  }
});

test("rotations and reflections are equally likely", () => {
  const samples = 400;
  const reflections = Array.from({ length: samples }, (_, seed) => draw([2, 2], seed)).filter(
    ({ at }) => at(0, 0) * at(1, 1) - at(0, 1) * at(1, 0) < 0,
  ).length;
  expect(Math.abs(reflections - samples / 2)).toBeLessThan(5 * Math.sqrt(samples / 4));
});

test.each([
  { shape: [], text: "[]" },
  { shape: [5], text: "[5]" },
])("the shape $text is refused", ({ shape, text }) => {
  expectProblem(() => orthogonal()(shape, randomSource(1, "b")), {
    name: "ShapeError",
    code: "FAN_RANK",
    message: `orthogonal(gain): the shape must have at least two axes, got ${text}.`,
  });
});
