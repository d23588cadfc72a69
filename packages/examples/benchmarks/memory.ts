/** How much memory the plan of W8 takes at each length. */
import { modelOf } from "./models/model-of.js";
import type { Row } from "./print-results.js";
import { describeBackend, type OurBackend } from "./steps/backends.js";
import { prepare } from "./steps/unfold.js";
import { dataOf } from "./workloads/data.js";
import { W8 } from "./workloads/workload.js";

/** The bytes of each length; nothing is run. */
export async function measureMemory(backend: OurBackend, isQuick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workload of isQuick ? W8.slice(0, 1) : W8) {
    const runtime = await backend.createRuntime();
    await prepare(runtime, modelOf(workload), dataOf(workload));
    const { storedBytes, programs } = runtime.report();
    const program = programs.at(-1);
    rows.push({
      workload: workload.name,
      implementation: backend.implementation,
      runs_on: describeBackend(runtime),
      peak_bytes: program?.peakBytes,
      bytes_side_by_side: program?.totalBytes,
      stored_bytes: storedBytes,
    });
  }
  return rows;
}
