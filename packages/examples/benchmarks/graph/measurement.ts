/** What is reported of each thing timed. */
import { least, median } from "../../src/statistics.js";

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
  return { workload, case: name, median: median(times), min: least(times), runs: times.length };
}
