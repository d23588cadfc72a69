/** What is reported of each thing timed. */

/** The times of one case, in milliseconds. */
export interface Measurement {
  readonly workload: string;
  readonly case: string;
  readonly median: number;
  readonly min: number;
  readonly runs: number;
}

/** A measurement from the milliseconds of each run, at least one. */
export function measurementOf(workload: string, name: string, times: readonly number[]): Measurement {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  const median = middle.reduce((total, time) => total + time, 0) / middle.length;
  return { workload, case: name, median, min: sorted[0] ?? NaN, runs: sorted.length };
}
