/** How many examples come out of a pipeline in a second. */
import { Dataset, jsonLines, readColumns, windowsOf } from "@unfold/rnn";
import { least, median } from "../../src/statistics.js";
import type { Row } from "../print-results.js";
import { inProcess, inProcessLater, type Implementation } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions } from "../steps/rounds.js";
import { readDigits, type Digits } from "../workloads/digits.js";

const POINTS = 784;
const BATCH = 64;
const [WINDOW, COLUMNS] = [64, 16];
const dtypes = { label: "i32" } as const;

/** Times going through all examples once; `ratio` is the time divided by that of copying the same digits into batches. */
export async function measurePipelines(options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const count = isSmall ? 3 * BATCH : 9984;
  const { images, labels } = readDigits();
  const digits = { images: images.subarray(0, count * POINTS), labels: labels.subarray(0, count) };
  const data = Dataset.from(Array.from(digits.labels, (label, i) => ({ image: imageOf(digits, i), label })));
  const shuffled = data.shuffle({ seed: 1, buffer: 1000 });
  const lines = Array.from({ length: count }, (_, i) => rowOf(imageOf(digits, i)));
  const choices = { x: Array.from({ length: COLUMNS - 1 }, (_, i) => `c${i}`), y: `c${COLUMNS - 1}` };
  const series = Int32Array.from({ length: count * WINDOW + 1 }, (_, t) => t % 96);
  const windows = Dataset.from(windowsOf(series, { size: WINDOW, dtype: "i32" })).shuffle({ seed: 1, buffer: 1000 });
  const timed = [
    inProcess("copies, by hand", "JavaScript", () => copyBatches(digits)),
    through("digits: batch", data.batch(BATCH, { dtypes })),
    through("digits: shuffle, batch", shuffled.batch(BATCH, { dtypes })),
    through("digits: shuffle, map, batch, prefetch", shuffled.map(halved).batch(BATCH, { dtypes }).prefetch(2)),
    through("windows of 64 tokens: shuffle, batch", windows.batch(BATCH, { axis: 1, dtypes: { x: "i32", y: "i32" } })),
    through("JSON lines of 16 columns: read, batch", rowsOf(lines).map(readColumns(choices)).batch(BATCH)),
  ];
  const timings = await timeInRounds(timed, options);
  const times = timings.map(({ rounds }) => rounds.flat());
  return timings.map(({ implementation }, i) => ({
    workload: `${count} examples, B${BATCH}`,
    case: implementation.name,
    runs_on: implementation.runsOn,
    median_ms: median(times[i]!),
    min_ms: least(times[i]!),
    runs: times[i]!.length,
    examples_per_second: Math.round((1000 * count) / median(times[i]!)),
    ratio: median(times[i]!) / median(times[0]!),
  }));
}

/** Each run is an epoch, another one each time. */
function through(name: string, data: Dataset<unknown>): Implementation {
  let epoch = 0;
  return inProcessLater(name, "JavaScript", async () => {
    const examples = data.epoch(epoch++)[Symbol.asyncIterator]();
    while ((await examples.next()).done !== true);
  });
}

/** What batching cannot do without: the numbers of every example beside each other. */
function copyBatches({ images, labels }: Digits): number {
  let total = 0;
  for (let first = 0; first < labels.length; first += BATCH) {
    const batch = new Float32Array(BATCH * POINTS);
    for (let i = 0; i < BATCH; i++) batch.set(imageOf({ images, labels }, first + i), i * POINTS);
    total += batch[0]! + labels.slice(first, first + BATCH)[0]!;
  }
  return total;
}

function imageOf({ images }: Digits, i: number): Float32Array {
  return images.subarray(i * POINTS, (i + 1) * POINTS);
}

function halved({ image, label }: { readonly image: Float32Array; readonly label: number }): {
  readonly image: Float32Array;
  readonly label: number;
} {
  return { image: image.map((point) => point / 2), label };
}

/** Points of the middle of an image. */
function rowOf(image: Float32Array): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: COLUMNS }, (_, i) => [`c${i}`, image[400 + i]!])));
}

function rowsOf(lines: readonly string[]): Dataset<unknown> {
  return Dataset.from(() => jsonLines(lines));
}
