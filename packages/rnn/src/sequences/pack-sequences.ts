/** Short sequences one after the other in rows of one length: less padding, and no order by length. */
import { checkKeys, NdArray, ShapeError, sizeOf, type DType, type TensorValue } from "@unfold/core";
import { checkCounts } from "./check-counts.js";
import { filledArray, readSequences } from "./host-sequences.js";

/** How sequences are packed. */
export interface PackOptions<D extends DType = "f32"> {
  /** T, steps in a row, ≥ 1. */
  readonly length: number;
  /** What fills the padding, a number of the dtype. Default 0. */
  readonly value?: number;
  /** Element type. Default f32. */
  readonly dtype?: D;
}

/** Where a sequence went: steps start to before start + length of a row. */
export interface PackedPlace {
  readonly row: number;
  readonly start: number;
  readonly length: number;
}

/** Sequences in rows. */
export interface PackedBatch<D extends DType = DType> {
  /** `[T, R, …S]`, time-major. */
  readonly values: NdArray<D>;
  /** `i32[T, R]`, for `scan(…, { segments })`: 1 for the first sequence of a row, 2 for the next …, 0 for padding. */
  readonly segments: NdArray<"i32">;
  /** Of each sequence, in the order given. */
  readonly places: readonly PackedPlace[];
}

/**
 * Sequences packed into rows, each into the first row with room for it, longest first.
 *
 * @shapes sequences: D[T_b, ...S] each -> values: D[T, R, ...S], segments: i32[T, R]
 * @throws ValueError SETTING_RANGE unless length is a whole number ≥ 1. ShapeError SEQUENCES if there are none, one is empty, or their elements differ in shape; SEQUENCE_LENGTH if one is longer than a row.
 * @example
 * const { values, segments, places } = packSequences([[1, 2], [3, 4, 5], [6]], { length: 3 });
 * values.data; // → [3, 1, 4, 2, 5, 6]
 * segments.data; // → [1, 1, 1, 1, 1, 2]
 * places[2]; // → { row: 1, start: 2, length: 1 }
 * @source first fit decreasing: Johnson 1973, "Near-optimal bin packing algorithms"
 */
export function packSequences<D extends DType = "f32">(
  sequences: readonly TensorValue[],
  options: PackOptions<D>,
): PackedBatch<D> {
  checkKeys("packSequences(sequences, options)", "options", options, { length: true, value: true, dtype: true });
  const { length, value = 0, dtype = "f32" as D } = options;
  const where = "packSequences(sequences, options)";
  checkCounts(where, { length });
  const arrays = readSequences(where, sequences, dtype);
  const places = placesOf(
    where,
    arrays.map(({ shape }) => shape[0]!),
    length,
  );
  const rows = 1 + Math.max(...places.map(({ row }) => row));
  const element = arrays[0]!.shape.slice(1);
  const size = sizeOf(element);
  const values = filledArray(where, dtype, [length, rows, ...element], value);
  const segments = filledArray(where, "i32", [length, rows], 0);
  const counts = new Array<number>(rows).fill(0);
  // In the order in which they lie in their rows.
  const order = [...places.keys()].sort((a, b) => places[a]!.start - places[b]!.start);
  for (const b of order) {
    const { row, start, length: steps } = places[b]!;
    counts[row]! += 1;
    for (let t = 0; t < steps; t++) {
      const position = (start + t) * rows + row;
      values.data.set(arrays[b]!.data.subarray(t * size, (t + 1) * size), position * size);
      segments.data[position] = counts[row]!;
    }
  }
  return { values, segments, places };
}

/**
 * The packed sequences, or what was computed from them, in the order given to `packSequences`.
 *
 * @shapes values: D[T, R, ...S] -> D[T_b, ...S] each
 * @example
 * const { values, places } = packSequences([[1, 2], [3, 4, 5]], { length: 6 });
 * unpackSequences(values, places).map(({ data }) => [...data]); // → [[1, 2], [3, 4, 5]]
 */
export function unpackSequences<D extends DType>(
  { dtype, shape, data }: NdArray<D>,
  places: readonly PackedPlace[],
): NdArray<D>[] {
  const [, rows, ...element] = shape;
  const size = sizeOf(element);
  return places.map(({ row, start, length }) => {
    const own = data.slice(0, length * size) as NdArray<D>["data"];
    for (let t = 0; t < length; t++) {
      const from = ((start + t) * rows! + row) * size;
      own.set(data.subarray(from, from + size), t * size);
    }
    return new NdArray({ dtype, shape: [length, ...element] }, own);
  });
}

function placesOf(where: string, lengths: readonly number[], length: number): PackedPlace[] {
  const longest = lengths.findIndex((own) => own > length);
  if (longest !== -1) {
    throw new ShapeError({
      code: "SEQUENCE_LENGTH",
      where,
      rule: `no sequence must be longer than a row, ${length} steps`,
      got: `${lengths[longest]!} steps of sequence ${longest}`,
      fix: "Cut it, or read it in windows",
    });
  }
  const places = new Array<PackedPlace>(lengths.length);
  const used: number[] = [];
  for (const b of [...lengths.keys()].sort((a, c) => lengths[c]! - lengths[a]!)) {
    const own = lengths[b]!;
    const free = used.findIndex((taken) => taken + own <= length);
    const row = free === -1 ? used.length : free;
    places[b] = { row, start: used[row] ?? 0, length: own };
    used[row] = (used[row] ?? 0) + own;
  }
  return places;
}
