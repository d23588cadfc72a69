/** What is printed of cases that were timed in turn. */
import { least, median } from "../../src/statistics.js";
import type { Row } from "../print-results.js";
import type { OurBackend } from "./backends.js";
import { ratioOf, type Timing } from "./rounds.js";

/** A row per case, named after its implementation; `ratio` is its time divided by that of another one, the first unless given. */
export function caseRows(
  workload: string,
  { implementation }: OurBackend,
  timings: readonly Timing[],
  others: readonly Timing[] = timings.map(() => timings[0]!),
): Row[] {
  return timings.map((timing, i) => {
    const times = timing.rounds.flat();
    return {
      workload,
      case: timing.implementation.name,
      implementation,
      runs_on: timing.implementation.runsOn,
      median_ms: median(times),
      min_ms: least(times),
      runs: times.length,
      ratio: ratioOf(timing, others[i]!),
    };
  });
}

/** How many there are in a second, from the row of one. */
export function perSecond({ median_ms: milliseconds }: Row): number {
  return Math.round(1000 / Number(milliseconds));
}
