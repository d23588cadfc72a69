/** Hochreiter's factors: what an error is multiplied with on its way back from unit to unit. */
import type { NdArray, TensorValue } from "@unfold/core";
import { squareMatricesOf, valuesOf } from "./matrices.js";

/** The factors of each step. */
export interface HochreiterFactors {
  /** From each unit back to itself, `[T, N]`. */
  readonly self: NdArray<"f32">;
  /** The largest of all factors, `[T]`. */
  readonly largest: NdArray<"f32">;
}

/**
 * The absolute values of the factors by which an error grows or shrinks in one step on its way back.
 *
 * |f'(net_i(t)) w_ij| = |∂y_i(t) / ∂y_j(t - 1)|
 *
 * An error that goes back q steps is a sum of products of q such factors. All of them below 1, it vanishes exponentially:
 * of the logistic function f' ≤ 1/4, so that a unit's own factor is below 1 for every weight with |w| < 4. The cell of long
 * short-term memory has a factor that its forget gate chooses, 1 if it is open.
 *
 * @shapes jacobians: [T, N, N] -> self: [T, N], largest: [T]
 * @param jacobians - values of `recurrentJacobian`
 * @throws ShapeError MATRIX_RANK; MATRIX_SQUARE. ValueError NOT_FINITE if an element is NaN or ±∞.
 * @example
 * hochreiterFactors([[-0.5, 2], [0, 0.25]]).self.data; // → [0.5, 0.25]
 * @source Hochreiter 1991, "Untersuchungen zu dynamischen neuronalen Netzen", section 4.1; Hochreiter & Schmidhuber 1997, "Long short-term memory", equations 1 and 2
 */
export function hochreiterFactors(jacobians: TensorValue): HochreiterFactors {
  const { axes, rows: size, matrices } = squareMatricesOf("hochreiterFactors(jacobians)", jacobians);
  const self = matrices.flatMap((matrix) => Array.from({ length: size }, (_, i) => Math.abs(matrix[i * (size + 1)]!)));
  const largest = matrices.map((matrix) => matrix.reduce((most, element) => Math.max(most, Math.abs(element)), 0));
  return { self: valuesOf([...axes, size], self), largest: valuesOf(axes, largest) };
}
