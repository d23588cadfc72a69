/** Orthogonal matrices: they keep the length of a hidden state, so that it neither vanishes nor explodes at first. */
import { NdArray, ShapeError } from "@unfold/core";
import type { Initializer } from "./initializer.js";

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, times a gain.
 *
 * Q of the decomposition of a normal matrix, with the signs of R's diagonal made positive, which makes it uniform over
 * all orthogonal matrices. Computed by modified Gram–Schmidt, twice, in f64.
 *
 * @shapes [rows, columns]; axes before the last are rows
 * @param gain - length of the rows or columns; default 1
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * const w = initializedParam("w", [3, 3], orthogonal(), 1);
 * Math.abs(evaluate(sum(square(w))).item() - 3) < 1e-6; // → true
 * @source Saxe et al. 2014, "Exact solutions to the nonlinear dynamics of learning"; signs: Mezzadri 2007, section 5
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, random) => {
    const columns = shape.at(-1);
    if (columns === undefined || shape.length < 2) {
      throw new ShapeError({
        code: "FAN_RANK",
        where: "orthogonal(gain)",
        rule: "the shape must have at least two axes",
        got: `[${shape.join(", ")}]`,
      });
    }
    const rows = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
    const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const vectors = Array.from({ length: count }, (_, v) =>
      Float64Array.from({ length }, (_, i) => random.normal(v * length + i)),
    );
    orthonormalize(vectors);
    const at = rows <= columns ? (i: number, j: number) => vectors[i]![j]! : (i: number, j: number) => vectors[j]![i]!;
    const data = Float64Array.from(
      { length: rows * columns },
      (_, i) => gain * at(Math.floor(i / columns), i % columns),
    );
    return new NdArray({ dtype: "f32", shape: [...shape] }, data);
  };
}

/** Makes each vector orthogonal to those before it and of length 1. The second round removes what rounding left. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  for (const [v, vector] of vectors.entries()) {
    for (let round = 0; round < 2; round++) {
      for (let e = 0; e < v; e++) subtract(vector, dot(vector, vectors[e]!), vectors[e]!);
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  }
}

// Plain loops: these run a cubic number of times.
function subtract(vector: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < vector.length; i++) vector[i]! -= factor * other[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
