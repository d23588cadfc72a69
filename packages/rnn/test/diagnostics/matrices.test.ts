/** Singular values and spectral radii against matrices whose values are known, and what is refused. */
import { ndArray, singularValues, spectralRadius, type NdArray } from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../recurrences.js";

type Matrix = readonly (readonly number[])[];

const sizes = fc.integer({ min: 1, max: 8 });

function drawMatrix(rows: number, columns: number, seed: number, name: string): Matrix {
  const { data } = drawReals([rows, columns], seed, name);
  return Array.from({ length: rows }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)]);
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((total, x, k) => total + x * b[k]![j]!, 0)));
}

const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const diagonal = (values: readonly number[]): Matrix => values.map((x, i) => values.map((_, j) => (i === j ? x : 0)));

/** An orthogonal matrix: reflections at random planes, one after the other. */
function drawOrthogonal(size: number, seed: number, name: string): Matrix {
  const reflections = Array.from({ length: size }, (_, r): Matrix => {
    const v = [...drawReals([size], seed, `${name}${r}`).data];
    const squares = v.reduce((total, x) => total + x * x, 0);
    return v.map((x, i) => v.map((y, j) => Number(i === j) - (2 * x * y) / squares));
  });
  return reflections.reduce(product);
}

const list = ({ data }: NdArray): number[] => [...data];

function expectClose(found: readonly number[], wanted: readonly number[], rtol: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((x, i) => {
    expect(Math.abs(x - wanted[i]!), `${x} for ${wanted[i]!}`).toBeLessThanOrEqual(rtol * Math.abs(wanted[i]!));
  });
}

describe("singular values", () => {
  test("of U diag(s) Vᵀ are s, in any order and of either sign", () => {
    const exponents = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(exponents, seeds, (powers, seed) => {
        const values = powers.map((power, i) => (i % 2 === 0 ? 1 : -1) * 2 ** (power / 4));
        const [u, v] = ["u", "v"].map((name) => drawOrthogonal(values.length, seed, name));
        const found = list(singularValues(product(product(u!, diagonal(values)), transposed(v!))));
        const wanted = values.map(Math.abs).sort((a, b) => b - a);
        // The matrix was rounded some hundred times, each rounding relative to the largest value.
        found.forEach((x, i) => {
          expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(1e-13 * wanted[0]!);
        });
      }),
    );
  });

  test("of a matrix and its transpose are the same; their squares sum to those of the elements", () => {
    fc.assert(
      fc.property(sizes, sizes, seeds, (rows, columns, seed) => {
        const matrix = drawMatrix(rows, columns, seed, "matrix");
        const found = list(singularValues(matrix));
        expect(found).toHaveLength(Math.min(rows, columns));
        const squares = (values: readonly number[]): number => values.reduce((total, x) => total + x * x, 0);
        expectClose([squares(found)], [squares(matrix.flat())], 1e-14 * 8);
        const largest = found[0]!;
        list(singularValues(transposed(matrix))).forEach((x, i) => {
          expect(Math.abs(x - found[i]!)).toBeLessThanOrEqual(1e-14 * largest);
        });
      }),
    );
  });

  test.each([
    [
      "the golden ratio's",
      [
        [1, 1],
        [1, 0],
      ],
      [(Math.sqrt(5) + 1) / 2, (Math.sqrt(5) - 1) / 2],
    ],
    [
      "of rank 1",
      [
        [2, 4],
        [1, 2],
      ],
      [5, 0],
    ],
    [
      "zero",
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [0, 0],
    ],
    [
      "near the largest number",
      [
        [1e308, 0],
        [0, -1e-308],
      ],
      [1e308, 1e-308],
    ],
    // The values are those of LAPACK (NumPy 1.24, numpy.linalg.svd).
    [
      "Hilbert's",
      [
        [1, 1 / 2, 1 / 3],
        [1 / 2, 1 / 3, 1 / 4],
        [1 / 3, 1 / 4, 1 / 5],
      ],
      [1.408318927123654, 0.1223270658539059, 0.0026873403557735195],
    ],
  ])("%s", (_, matrix, wanted) => {
    const found = list(singularValues(matrix));
    found.forEach((x, i) => {
      expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(1e-15 * wanted[0]!);
    });
  });

  test("a stack of matrices has a row of values each", () => {
    const found = singularValues(
      ndArray([
        [
          [3, 0, 0],
          [0, 4, 0],
        ],
        [
          [0, 0, 1],
          [0, 0, 0],
        ],
      ]),
    );
    expect(found.shape).toEqual([2, 2]);
    expect(list(found)).toEqual([4, 3, 1, 0]);
  });
});

describe("the spectral radius", () => {
  test("of a triangular matrix is its largest diagonal element", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const matrix = drawMatrix(size, size, seed, "matrix").map((row, i) => row.map((x, j) => (j < i ? 0 : x)));
        const wanted = Math.max(...matrix.map((row, i) => Math.abs(row[i]!)));
        expectClose(list(spectralRadius(matrix)), [wanted], 1e-13);
      }),
    );
  });

  test("of Q D Qᵀ with blocks [[a, b], [-b, a]] in D is the largest √(a² + b²)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), seeds, (pairs, seed) => {
        const parts = drawMatrix(pairs, 2, seed, "parts");
        const blocks = diagonal(new Array<number>(2 * pairs).fill(0)).map((row, i) =>
          row.map((_, j) => {
            if (i >> 1 !== j >> 1) return 0;
            const [a, b] = parts[i >> 1] as [number, number];
            return i === j ? a : i < j ? b : -b;
          }),
        );
        const q = drawOrthogonal(2 * pairs, seed, "q");
        const found = list(spectralRadius(product(product(q, blocks), transposed(q))));
        expectClose(found, [Math.max(...parts.map(([a, b]) => Math.hypot(a!, b!)))], 1e-13);
      }),
    );
  });

  test("is at most the largest singular value, and that of the transpose", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const matrix = drawMatrix(size, size, seed, "matrix");
        const radius = spectralRadius(matrix).item();
        expect(radius).toBeLessThanOrEqual(singularValues(matrix).data[0]! * (1 + 1e-13));
        expectClose([radius], list(spectralRadius(transposed(matrix))), 1e-6);
      }),
    );
  });

  test.each([
    [
      "the golden ratio's",
      [
        [1, 1],
        [1, 0],
      ],
      (1 + Math.sqrt(5)) / 2,
    ],
    [
      "nilpotent",
      [
        [0, 1, 5],
        [0, 0, 1],
        [0, 0, 0],
      ],
      0,
    ],
    [
      "of one long chain",
      [
        [0.5, 1, 0],
        [0, 0.5, 1],
        [0, 0, 0.5],
      ],
      0.5,
    ],
    [
      "a permutation",
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
      1,
    ],
    [
      "near the largest number",
      [
        [1e308, 0],
        [0, 1],
      ],
      1e308,
    ],
    [
      "near the smallest",
      [
        [1e-308, 0],
        [0, 0],
      ],
      1e-308,
    ],
    [
      "zero",
      [
        [0, 0],
        [0, 0],
      ],
      0,
    ],
  ])("%s", (_, matrix, wanted) => {
    // 2⁻⁵² of the exponent of 1e308, which has ten bits.
    expectClose(list(spectralRadius(matrix)), [wanted], 1e-12);
  });
});

describe("errors", () => {
  const calls = { "singularValues(matrices)": singularValues, "spectralRadius(matrices)": spectralRadius };
  test.each(Object.entries(calls))("%s", (where, call) => {
    expectProblem(() => call([1, 2]), {
      name: "ShapeError",
      code: "MATRIX_RANK",
      message: `${where}: the value must be a matrix [M, N], or matrices [T, M, N], got [2].`,
    });
    for (const bad of [NaN, Infinity]) {
      expectProblem(
        () =>
          call([
            [1, bad],
            [0, 0],
          ]),
        {
          name: "ValueError",
          code: "NOT_FINITE",
          message: `${where}: all elements must be finite, got ${bad}.`,
        },
      );
    }
  });

  test("a radius of what is not square", () => {
    expectProblem(
      () =>
        spectralRadius([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      {
        name: "ShapeError",
        code: "MATRIX_SQUARE",
        message: "spectralRadius(matrices): a matrix must have as many rows as columns, got [2, 3].",
      },
    );
  });

  test("nothing in, nothing out", () => {
    expect(singularValues(ndArray([], { shape: [0, 2, 2] })).shape).toEqual([0, 2]);
    expect(spectralRadius(ndArray([], { shape: [0, 0] })).item()).toBe(0);
  });
});
