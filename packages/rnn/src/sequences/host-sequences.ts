/** Sequences as they come from data: arrays whose first axis is time. */
import type { NdArray } from "@unfold/core";
import {
  checkIterable,
  formatType,
  ndArray,
  ShapeError,
  sizeOf,
  type DType,
  type Shape,
  type TensorValue,
} from "@unfold/core";

/** Sequences `[T_b, …S]` with elements of one shape. */
export function readSequences<D extends DType>(
  where: string,
  sequences: readonly TensorValue[],
  dtype: D,
): readonly NdArray<D>[] {
  checkIterable(where, "sequences must be a list", sequences);
  const arrays = Array.from(sequences, (sequence, b) => readSequence(`${where}: sequence ${b}`, sequence, dtype));
  const elementOf = ({ shape }: NdArray): string => formatType({ dtype, shape: shape.slice(1) });
  const odd = arrays.findIndex((array) => elementOf(array) !== elementOf(arrays[0]!));
  if (arrays.length > 0 && odd === -1) return arrays;
  throw new ShapeError({
    code: "SEQUENCES",
    where,
    rule: "there must be sequences, with elements of one shape",
    got:
      arrays.length === 0
        ? "none"
        : `${elementOf(arrays[0]!)} in sequence 0 and ${elementOf(arrays[odd]!)} in sequence ${odd}`,
  });
}

/** A sequence `[T, …S]` of at least one step. */
export function readSequence<D extends DType>(where: string, sequence: TensorValue, dtype: D): NdArray<D> {
  const array = ndArray(sequence, { where, dtype });
  const [steps] = array.shape;
  if (steps !== undefined && steps > 0) return array;
  throw new ShapeError({
    code: "SEQUENCES",
    where,
    rule: "it must be [T, …] with T ≥ 1",
    got: formatType(array.type),
    fix: "Leave sequences without steps out",
  });
}

/** An array of one value, a number of the dtype. */
export function filledArray<D extends DType>(where: string, dtype: D, shape: Shape, value: number): NdArray<D> {
  const elements = Array.from({ length: sizeOf(shape) }, () => (dtype === "bool" ? value !== 0 : value));
  return ndArray(elements, { where, dtype, shape });
}
