/** Whether the first axis counts steps or sequences: everything here is time-major, much data is not. */
import { describe, ShapeError, transpose, type DType, type Node } from "@unfold/core";

/**
 * A batch of sequences with time as the first axis: its first two axes swapped.
 *
 * @shapes x: D[B, T, ...S] -> D[T, B, ...S]
 * @throws ShapeError SEQUENCE_AXES if x has less than two axes.
 * @example
 * toTimeMajor(input("x", [32, 10, 3])).shape; // → [10, 32, 3]
 */
export function toTimeMajor<D extends DType>(x: Node<D>): Node<D> {
  return swapped("toTimeMajor(x)", "[B, T, …S]", x);
}

/**
 * A batch of sequences with the batch as the first axis: its first two axes swapped.
 *
 * @shapes x: D[T, B, ...S] -> D[B, T, ...S]
 * @throws ShapeError SEQUENCE_AXES if x has less than two axes.
 * @example
 * toBatchMajor(input("x", [10, 32, 3])).shape; // → [32, 10, 3]
 */
export function toBatchMajor<D extends DType>(x: Node<D>): Node<D> {
  return swapped("toBatchMajor(x)", "[T, B, …S]", x);
}

function swapped<D extends DType>(where: string, axes: string, x: Node<D>): Node<D> {
  if (x.shape.length < 2) {
    throw new ShapeError({ code: "SEQUENCE_AXES", where, rule: `x must be ${axes}`, got: describe(x) });
  }
  return transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);
}
