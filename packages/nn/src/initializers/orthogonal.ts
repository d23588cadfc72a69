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
  vectors.forEach((vector, v) => {
    for (let round = 0; round < 2; round++) {
      for (const earlier of vectors.slice(0, v)) {
        const projection = dot(vector, earlier);
        vector.forEach((element, i) => {
          vector[i] = element - projection * earlier[i]!;
        });
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    vector.forEach((element, i) => {
      vector[i] = element / length;
    });
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, element, i) => total + element * b[i]!, 0);
}
