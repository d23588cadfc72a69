/** Horner's rule. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";

/** c[0] + c[1] x + c[2] x² + …, f32. */
export function polynomialLane(e: LaneEmitter, x: Lane, coefficients: readonly number[]): Lane {
  return coefficients
    .map((coefficient) => e.constant(coefficient, "f32"))
    .reduceRight((sum, coefficient) => e.fma(sum, x, coefficient));
}
