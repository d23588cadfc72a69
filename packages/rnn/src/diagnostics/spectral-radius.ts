/** The spectral radius of small dense matrices: what a Jacobian multiplies lengths with, step after step, in the long run. */
import type { NdArray, TensorValue } from "@unfold/core";
import { squareMatricesOf, valuesOf } from "./matrices.js";

/** After 60 squarings, m = 2⁶⁰: ‖A^m‖^(1/m) differs from its limit by less than a rounding error. */
const SQUARINGS = 60;

/**
 * The largest absolute value of an eigenvalue of each matrix, complex eigenvalues included.
 *
 * ρ(A) = lim ‖A^m‖^(1/m), by squaring A again and again, in f64
 *
 * @shapes matrices: [...S, N, N] -> [...S]
 * @throws ShapeError MATRIX_RANK unless there are two axes at least; MATRIX_SQUARE. ValueError NOT_FINITE if an element is NaN or ±∞.
 * @example
 * spectralRadius([[0, 4], [-1, 0]]).item(); // → 2
 * @source Gelfand 1941, "Normierte Ringe", theorem 4
 */
export function spectralRadius(matrices: TensorValue): NdArray<"f32"> {
  const stack = squareMatricesOf("spectralRadius(matrices)", matrices);
  return valuesOf(
    stack.axes,
    stack.matrices.map((matrix) => radius(matrix, stack.rows)),
  );
}

function radius(matrix: Float64Array, size: number): number {
  let power = matrix;
  // log₂ of ‖A^m‖^(1/m); each power is scaled to norm 1 and only its factor is kept.
  let log = 0;
  for (let squaring = 0; squaring <= SQUARINGS; squaring++) {
    const norm = power.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
    if (norm === 0) return 0;
    log += Math.log2(norm) / 2 ** squaring;
    power = square(
      power.map((element) => element / norm),
      size,
    );
  }
  return 2 ** log;
}

function square(matrix: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = matrix[i * size + k]!;
      for (let j = 0; j < size; j++) result[i * size + j]! += factor * matrix[k * size + j]!;
    }
  }
  return result;
}
