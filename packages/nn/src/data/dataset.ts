/** Data as it flows to training: examples made, changed, mixed and joined one after the other, again in each epoch. */
import { checkArgument, checkFunction, checkKeys, checkObject, ValueError, wrongArgument } from "@unfold/core";
import { checkSetting, COUNT, WHOLE } from "../settings/check-setting.js";
import { batchesOf, type Batch, type BatchOptions, type Example } from "./batches-of.js";
import { partOfKey } from "./part-of-key.js";
import { keepPlace } from "./place-before-shuffle.js";
import { prefetched } from "./prefetched.js";
import { shuffled } from "./shuffled.js";

/** Something to go through one by one. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Examples in an order that the epoch decides: the same epoch has the same examples in the same order, so that a run that is
 * resumed goes on where it was with `skip`. Nothing is read before it is asked for, and nothing is kept.
 *
 * @example
 * const numbers = Dataset.from([1, 2, 3, 4, 5]);
 * await numbers.filter((x) => x % 2 === 1).map((x) => 10 * x).toArray(); // → [10, 30, 50]
 */
export class Dataset<T> implements AsyncIterable<T> {
  /** The examples of an epoch, 0 being the first. */
  readonly epoch: (epoch: number) => AsyncIterable<T>;

  /** @param epoch - makes the examples of each epoch anew */
  constructor(epoch: (epoch: number) => AsyncIterable<T>) {
    this.epoch = epoch;
  }

  /**
   * The elements of a list, of anything that can be gone through more than once, or of what a function makes for each epoch,
   * such as the rows of a file: whatever parser makes them, if it can be gone through, as streams of Node can.
   *
   * @throws ValueError DATASET_ONCE, in the second epoch, if the source is an iterator or a stream that has been used up.
   */
  static from<T>(source: Source<T> | ((epoch: number) => Source<T>)): Dataset<T> {
    if (typeof source === "function")
      return new Dataset(async function* (epoch) {
        const made = source(epoch);
        checkSource(made);
        yield* made;
      });
    checkSource(source);
    let isUsed = false;
    return new Dataset(async function* () {
      if (isUsed) throw usedUp();
      isUsed = isOnce(source);
      yield* source;
    });
  }

  /** The examples of the first epoch. */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.epoch(0)[Symbol.asyncIterator]();
  }

  /** What a function makes of each example; it is told the example's number in the epoch. */
  map<U>(change: (example: T, index: number) => U | Promise<U>): Dataset<U> {
    checkFunction("dataset.map(change)", "change", change);
    return this.#piped(async function* (examples) {
      let index = 0;
      for await (const example of examples) {
        const made = await change(example, index++);
        keepPlace(made, example);
        yield made;
      }
    });
  }

  /**
   * All examples that a function makes of each one, one after the other: windows of every series, sentences of every text.
   *
   * @example
   * const texts = Dataset.from(["to be", "or not"]);
   * await texts.flatMap(words).toArray(); // → ["to", "be", "or", "not"]
   */
  flatMap<U>(change: (example: T, index: number) => Source<U>): Dataset<U> {
    return this.#piped(async function* (examples) {
      let index = 0;
      for await (const example of examples) yield* change(example, index++);
    });
  }

  /** The examples for which a function says true. */
  filter(isKept: (example: T, index: number) => boolean | Promise<boolean>): Dataset<T> {
    return this.#piped(async function* (examples) {
      let index = 0;
      for await (const example of examples) if (await isKept(example, index++)) yield example;
    });
  }

  /** The first examples. @throws ValueError SETTING_RANGE unless count is a whole number ≥ 0. */
  take(count: number): Dataset<T> {
    checkSetting("dataset.take(count)", "count", count, WHOLE);
    return this.#piped(async function* (examples) {
      let left = count;
      if (left > 0)
        for await (const example of examples) {
          yield example;
          if (--left === 0) return;
        }
    });
  }

  /** All but the first examples. @throws ValueError SETTING_RANGE unless count is a whole number ≥ 0. */
  skip(count: number): Dataset<T> {
    checkSetting("dataset.skip(count)", "count", count, WHOLE);
    return this.filter((_, index) => index >= count);
  }

  /**
   * The epoch so many times over; each time is an epoch of its own, shuffled otherwise.
   *
   * @throws ValueError SETTING_RANGE unless times is a whole number ≥ 1.
   */
  repeat(times: number): Dataset<T> {
    checkSetting("dataset.repeat(times)", "times", times, COUNT);
    const { epoch } = this;
    return new Dataset(async function* (number) {
      for (let i = 0; i < times; i++) yield* epoch(number * times + i);
    });
  }

  /**
   * The examples in random order, another one in each epoch. With a buffer smaller than the data, an example comes at most so
   * many places early; the memory needed is that of the buffer.
   *
   * @param options - seed, a whole number; buffer, examples kept, ≥ 1, default all
   * @throws ValueError SETTING_RANGE; SEED_RANGE
   * @example
   * const shuffled = Dataset.from([1, 2, 3]).shuffle({ seed: 1 });
   * (await shuffled.toArray()).toSorted(); // → [1, 2, 3]
   */
  shuffle(options: { readonly seed: number; readonly buffer?: number }): Dataset<T> {
    checkKeys("dataset.shuffle(options)", "options", options, { seed: true, buffer: true });
    const { seed, buffer = Infinity } = options;
    if (buffer !== Infinity) checkSetting("dataset.shuffle(options)", "buffer", buffer, COUNT);
    const { epoch } = this;
    return new Dataset((number) => shuffled(epoch(number), { seed, buffer, epoch: number }));
  }

  /**
   * Parts of data that is too much for a list. Each example goes where its group goes, by chance, and so to the same part in
   * every epoch and in whatever order examples come: nothing of one part is in another. `splitData` divides lists, in exact
   * shares or in time.
   *
   * @param shares - how likely a group goes to a part, by the names of the parts; each > 0, together at most 1
   * @param options - seed, a whole number; groupBy, what names the group of an example by what it is: a speaker, a document
   * @throws ValueError SPLIT_SHARES; SEED_RANGE
   * @example
   * const rows = Dataset.from([{ speaker: "a", x: 1 }, { speaker: "b", x: 2 }, { speaker: "a", x: 3 }]);
   * const { train, test } = rows.split({ train: 0.5, test: 0.5 }, { seed: 3, groupBy: ({ speaker }) => speaker });
   * [(await train.toArray()).map(({ x }) => x), (await test.toArray()).map(({ x }) => x)]; // → [[1, 3], [2]]
   */
  split<P extends string>(
    shares: { readonly [N in P]: number },
    options: { readonly seed: number; readonly groupBy: (example: T) => string | number },
  ): { readonly [N in P]: Dataset<T> } {
    checkKeys("dataset.split(shares, options)", "options", options, { seed: true, groupBy: true });
    const { seed, groupBy } = options;
    const partOf = partOfKey("dataset.split(shares, options)", shares, seed);
    const parts = Object.keys(shares).map((name) => [
      name,
      this.filter((example) => partOf(groupBy(example)) === name),
    ]);
    return Object.fromEntries(parts) as { [N in P]: Dataset<T> };
  }

  /**
   * So many examples at a time, each a record of values, as one record of arrays with an axis more.
   *
   * @throws ValueError SETTING_RANGE unless size is a whole number ≥ 1. When run: ShapeError BATCH_SHAPE if examples differ in shape; ValueError BATCH_KEYS if they differ in names; DATA_NOT_FINITE, naming the example, if one has NaN or ±∞.
   * @example
   * const examples = Dataset.from([{ x: [1, 2], y: 0 }, { x: [3, 4], y: 1 }]);
   * const [batch] = await examples.batch(2, { dtypes: { y: "i32" } }).toArray();
   * [batch.x.shape, batch.y.dtype]; // → [[2, 2], "i32"]
   */
  batch<K extends string>(this: Dataset<Example<K>>, size: number, options: BatchOptions<K> = {}): Dataset<Batch<K>> {
    checkSetting("dataset.batch(size)", "size", size, COUNT);
    checkKeys("dataset.batch(size, options)", "options", options, {
      dtypes: true,
      axis: true,
      dropLast: true,
      allowNotFinite: true,
    });
    if (options.dtypes !== undefined)
      checkObject(
        "dataset.batch(size, options)",
        'dtypes must be an object of types by name, such as { labels: "i32" }',
        options.dtypes,
      );
    const { epoch } = this;
    return new Dataset((number) => batchesOf(epoch(number), size, options));
  }

  /**
   * The same examples, so many of them asked for before they are needed: what reads them waits while training runs.
   *
   * @throws ValueError SETTING_RANGE unless count is a whole number ≥ 1.
   */
  prefetch(count: number): Dataset<T> {
    checkSetting("dataset.prefetch(count)", "count", count, COUNT);
    return this.#piped((examples) => prefetched(examples, count));
  }

  /** The examples of an epoch in a list. */
  async toArray(epoch = 0): Promise<T[]> {
    const examples: T[] = [];
    for await (const example of this.epoch(epoch)) examples.push(example);
    return examples;
  }

  #piped<U>(pipe: (examples: AsyncIterable<T>) => AsyncIterable<U>): Dataset<U> {
    return new Dataset((number) => pipe(this.epoch(number)));
  }
}

/** An iterator gives itself to be gone through, and so only once. A stream, of Node or of the web, or what else tells of events, as readline does, is read only once, too. */
function isOnce<T>(source: Source<T>): boolean {
  if (typeof source === "string") return false;
  if ("read" in source || "getReader" in source || ("on" in source && typeof source.on === "function")) return true;
  if (Symbol.asyncIterator in source) return (source[Symbol.asyncIterator]() as unknown) === source;
  return (source[Symbol.iterator]() as unknown) === source;
}

function usedUp(): ValueError {
  return new ValueError({
    code: "DATASET_ONCE",
    where: "Dataset.from(source)",
    rule: "the source must be there again in each epoch",
    got: "an iterator or a stream that has been used up",
    fix: "Give a function that makes a new one: Dataset.from(() => rows())",
  });
}

/** Throws ValueError ARGUMENT unless it can be gone through. */
function checkSource(source: unknown): void {
  const isSource =
    typeof source === "string" ||
    (typeof source === "object" && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source));
  if (isSource) return;
  const rule = "the source must be a list, something else to go through, or a function that makes one";
  throw wrongArgument(
    "Dataset.from(source)",
    rule,
    source,
    "An example alone is a list of one: Dataset.from([example])",
  );
}

/** Throws unless it is a dataset, such as a list of examples. @throws ValueError ARGUMENT */
export function checkDataset(where: string, name: string, dataset: unknown): void {
  checkArgument(where, `${name} must be a Dataset`, dataset, {
    members: ["epoch", "skip"],
    fix: "Make one of examples, and batches of it: Dataset.from(examples).batch(size)",
  });
}
