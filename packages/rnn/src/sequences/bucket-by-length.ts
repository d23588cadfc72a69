/** Batches of sequences of about the same length: less padding to compute. */
import { checkFunction, checkKeys, ValueError } from "@unfold/core";
import { checkDataset, Dataset } from "@unfold/nn";
import { checkCounts } from "./check-counts.js";

/** How examples are put together. */
export interface BucketOptions<T> {
  /** How many steps an example has. */
  readonly lengthOf: (example: T) => number;
  /** The longest length of each bucket, growing whole numbers ≥ 1; what is longer is in a last one. */
  readonly boundaries: readonly number[];
  /** Examples per batch, ≥ 1. */
  readonly size: number;
  /** Whether what is left in the buckets at the end of an epoch is left out. Default false. */
  readonly dropLast?: boolean;
}

/**
 * Examples waiting in a bucket for others of about their length: as soon as one is full, it is a batch. The order of
 * batches is that of the examples that filled them, then what is left, shortest first.
 *
 * @throws ValueError SETTING_RANGE unless size is a whole number ≥ 1; BUCKETS unless boundaries are growing whole numbers ≥ 1.
 * @example
 * const words = Dataset.from(["a", "long", "b", "word"]);
 * const batches = bucketByLength(words, { lengthOf: (word) => word.length, boundaries: [2], size: 2 });
 * await batches.toArray(); // → [["a", "b"], ["long", "word"]]
 * @source `tf.data.Dataset.bucket_by_sequence_length` of TensorFlow
 */
export function bucketByLength<T>(dataset: Dataset<T>, options: BucketOptions<T>): Dataset<readonly T[]> {
  checkKeys("bucketByLength(dataset, options)", "options", options, {
    lengthOf: true,
    boundaries: true,
    size: true,
    dropLast: true,
  });
  const where = "bucketByLength(dataset, options)";
  const { lengthOf, boundaries, size, dropLast = false } = options;
  checkDataset(where, "dataset", dataset);
  checkFunction(where, "lengthOf", lengthOf);
  checkCounts(where, { size });
  if (!boundaries.every((bound, i) => Number.isInteger(bound) && bound > (boundaries[i - 1] ?? 0))) {
    const rule = "boundaries must be growing whole numbers ≥ 1";
    throw new ValueError({ code: "BUCKETS", where, rule, got: `[${boundaries.join(", ")}]` });
  }
  return new Dataset(async function* (epoch) {
    const buckets: T[][] = Array.from({ length: boundaries.length + 1 }, () => []);
    for await (const example of dataset.epoch(epoch)) {
      const place = boundaries.findIndex((bound) => lengthOf(example) <= bound);
      const bucket = buckets.at(place)!;
      bucket.push(example);
      if (bucket.length === size) yield bucket.splice(0);
    }
    if (!dropLast) yield* buckets.filter((bucket) => bucket.length > 0);
  });
}
