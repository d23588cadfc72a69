/** Singular values of small dense matrices: by how much a Jacobian stretches and shrinks what it carries back. */
import type { NdArray, TensorValue } from "@unfold/core";
import { matricesOf, valuesOf } from "./matrices.js";

/** Pairs of vectors whose cosine is below this are orthogonal. */
const ORTHOGONAL = 2 ** -50;
/** Sweeps over all pairs; the last ones converge quadratically, and ten are seldom needed. */
const MOST_SWEEPS = 60;

/**
 * The singular values of each matrix, largest first.
 *
 * A = U diag(σ) Vᵀ
 *
 * By one-sided Jacobi rotations, in f64, to some roundings of the largest value.
 *
 * @shapes matrices: [...S, M, N] -> [...S, min(M, N)]
 * @throws ShapeError MATRIX_RANK unless there are two axes at least. ValueError NOT_FINITE if an element is NaN or ±∞.
 * @example
 * singularValues([[0, 2], [-3, 0]]).data; // → [3, 2]
 * @source Hestenes 1958, "Inversion of matrices by biorthogonalization and related results"
 */
export function singularValues(matrices: TensorValue): NdArray<"f32"> {
  const stack = matricesOf("singularValues(matrices)", matrices);
  const { rows, columns } = stack;
  const values = stack.matrices.map((matrix) => {
    const vectors = rows <= columns ? rowsOf(matrix, rows, columns) : columnsOf(matrix, rows, columns);
    return lengths(vectors);
  });
  return valuesOf([...stack.axes, Math.min(rows, columns)], values.flat());
}

function rowsOf(matrix: Float64Array, rows: number, columns: number): Float64Array[] {
  return Array.from({ length: rows }, (_, i) => matrix.slice(i * columns, (i + 1) * columns));
}

function columnsOf(matrix: Float64Array, rows: number, columns: number): Float64Array[] {
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => matrix[i * columns + j]!),
  );
}

/** Rotates the vectors in pairs until all are orthogonal; their lengths are the singular values. */
function lengths(vectors: readonly Float64Array[]): number[] {
  const largest = vectors.reduce((most, vector) => vector.reduce((m, x) => Math.max(m, Math.abs(x)), most), 0);
  if (largest === 0) return vectors.map(() => 0);
  // Squares of elements must neither overflow nor vanish.
  for (const vector of vectors) for (let i = 0; i < vector.length; i++) vector[i]! /= largest;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let hasRotated = false;
    for (const [i, a] of vectors.entries()) {
      for (const b of vectors.slice(i + 1)) hasRotated = orthogonalize(a, b) || hasRotated;
    }
    if (!hasRotated) break;
  }
  return vectors.map((vector) => largest * Math.sqrt(dot(vector, vector))).sort((x, y) => y - x);
}

/** Turns two vectors in their plane until they are orthogonal. @returns whether they were not */
function orthogonalize(a: Float64Array, b: Float64Array): boolean {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (Math.abs(ab) <= ORTHOGONAL * Math.sqrt(aa) * Math.sqrt(bb)) return false;
  const cotangent = (bb - aa) / (2 * ab);
  const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
