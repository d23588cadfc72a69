/** Graph work: what it costs to build, unfold and differentiate, and that it grows as the length. */
import { unfold } from "@unfold/rnn";
import { elmanModel } from "../models/elman.js";
import type { Row } from "../print-results.js";
import type { OurBackend } from "../steps/backends.js";
import { dataOf } from "../workloads/data.js";
import { W1, W2 } from "../workloads/workload.js";
import { casesOf } from "./cases.js";
import { measureLinearity } from "./linearity.js";
import { timeCases } from "./suite.js";

/** Times all cases. `violation` says what is wrong with the growth, undefined if nothing is. */
export async function measureGraphs(
  backend: OurBackend,
  isQuick: boolean,
  note: (line: string) => void,
): Promise<{ readonly rows: readonly Row[]; readonly violation: string | undefined }> {
  // Growth comes first: on a heap that other graphs have filled, times vary more.
  const linearity = measureLinearity(isQuick);
  note(linearity.verdict);
  const measurements = [];
  for (const workload of [W1, W2]) {
    measurements.push(
      ...(await timeCases(
        workload.name,
        casesOf(() => elmanModel(workload, unfold), dataOf(workload), backend),
        isQuick,
      )),
    );
  }
  const rows = [...measurements, ...linearity.measurements].map((measurement) => ({
    workload: measurement.workload,
    case: measurement.case,
    implementation: backend.implementation,
    median_ms: measurement.median,
    min_ms: measurement.min,
    runs: measurement.runs,
  }));
  return { rows, violation: linearity.violation };
}
