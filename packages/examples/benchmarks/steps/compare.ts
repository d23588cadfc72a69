/** One workload, timed for everybody who can run it. */
import type { Row } from "../print-results.js";
import { least, median } from "../../src/statistics.js";
import type { Workload } from "../workloads/workload.js";
import type { Implementation } from "./implementation.js";
import { ratioOf, timeInRounds, type RoundOptions, type Timing } from "./rounds.js";

/**
 * The results of a workload, a row per implementation; the first one is ours: ratios are its time divided by the others'.
 * Implementations whose first runs differ are named in `note`.
 */
export async function compare(
  workload: Workload,
  implementations: readonly Implementation[],
  options: RoundOptions,
  note: (line: string) => void,
): Promise<Row[]> {
  noteDifferences(workload, implementations, note);
  const timings = await timeInRounds(implementations, options);
  return timings.map((timing) => rowOf(workload, timing, timings[0]!));
}

function rowOf({ name, flops }: Workload, timing: Timing, ours: Timing): Row {
  const times = timing.rounds.flat();
  return {
    workload: name,
    implementation: timing.implementation.name,
    runs_on: timing.implementation.runsOn,
    median_ms: median(times),
    min_ms: least(times),
    runs: times.length,
    ratio: ratioOf(ours, timing),
    gflops: flops / median(times) / 1e6,
  };
}

/** Losses of first runs differ by rounding only: the order of sums, and approximations of exp and tanh. */
const TOLERANCE = 1e-4;

function noteDifferences(
  { name }: Workload,
  implementations: readonly Implementation[],
  note: (line: string) => void,
): void {
  const [reference, ...others] = implementations.filter(({ first }) => first !== undefined);
  for (const other of others) {
    const difference = Math.abs(other.first! - reference!.first!);
    if (difference <= TOLERANCE * Math.abs(reference!.first!)) continue;
    note(`${name}: ${other.name} begins with ${other.first!}, ${reference!.name} with ${reference!.first!}`);
  }
}
