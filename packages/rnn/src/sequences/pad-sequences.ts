/** Sequences of several lengths, beside each other. */
import { checkKeys, NdArray, ShapeError, sizeOf, type DType, type TensorValue } from "@unfold/core";
import { filledArray, readSequences } from "./host-sequences.js";

/** How sequences are padded. */
export interface PadOptions<D extends DType = "f32"> {
  /** T, to which all are padded. Default: the longest. */
  readonly length?: number;
  /** What fills the padding, a number of the dtype. Default 0. */
  readonly value?: number;
  /** Element type. Default f32. */
  readonly dtype?: D;
}

/** Sequences beside each other, and where they end. */
export interface PaddedBatch<D extends DType = DType> {
  /** `[T, B, …S]`, time-major. */
  readonly values: NdArray<D>;
  /** `i32[B]`, for `scan(…, { lengths })`. */
  readonly lengths: NdArray<"i32">;
}

/**
 * Sequences of several lengths as one time-major array, shorter ones filled up at their end.
 *
 * @shapes sequences: D[T_b, ...S] each -> values: D[T, B, ...S], lengths: i32[B]
 * @throws ShapeError SEQUENCES if there are none, one is empty, or their elements differ in shape; SEQUENCE_LENGTH if one is longer than `length`.
 * @example
 * const { values, lengths } = padSequences([[1, 2, 3], [4]]);
 * values.data; // → [1, 4, 2, 0, 3, 0]
 * lengths.data; // → [3, 1]
 * @source `torch.nn.utils.rnn.pad_sequence` of PyTorch, time-major as there
 */
export function padSequences<D extends DType = "f32">(
  sequences: readonly TensorValue[],
  options: PadOptions<D> = {},
): PaddedBatch<D> {
  checkKeys("padSequences(sequences, options)", "options", options, { length: true, value: true, dtype: true });
  const { length, value = 0, dtype = "f32" as D } = options;
  const where = "padSequences(sequences)";
  const arrays = readSequences(where, sequences, dtype);
  const lengths = arrays.map(({ shape }) => shape[0]!);
  const longest = lengths.reduce((most, own) => Math.max(most, own), 0);
  const steps = length ?? longest;
  if (!Number.isInteger(steps) || steps < longest) {
    throw new ShapeError({
      code: "SEQUENCE_LENGTH",
      where,
      rule: `length must be a whole number, at least that of the longest sequence`,
      got: `${steps} for ${longest} steps of sequence ${lengths.indexOf(longest)}`,
      fix: "Cut it, or read it in windows",
    });
  }
  const element = arrays[0]!.shape.slice(1);
  const values = filledArray(where, dtype, [steps, arrays.length, ...element], value);
  const size = sizeOf(element);
  arrays.forEach(({ data }, b) => {
    for (let t = 0; t < lengths[b]!; t++)
      values.data.set(data.subarray(t * size, (t + 1) * size), (t * arrays.length + b) * size);
  });
  return { values, lengths: new NdArray({ dtype: "i32", shape: [arrays.length] }, Int32Array.from(lengths)) };
}
