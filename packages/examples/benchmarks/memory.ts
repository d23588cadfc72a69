/** How much memory the plan of W8 takes at each length: as it is, and with checkpoints. */
import { scan } from "@unfold/rnn";
import { elmanModel } from "./models/elman.js";
import type { Row } from "./print-results.js";
import { describeBackend, type OurBackend } from "./steps/backends.js";
import { prepare } from "./steps/unfold.js";
import { dataOf } from "./workloads/data.js";
import { W8, type ElmanWorkload } from "./workloads/workload.js";

/** The bytes of each length; nothing is run. */
export async function measureMemory(backend: OurBackend, isQuick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workload of isQuick ? W8.slice(0, 1) : W8) {
    rows.push(await rowOf(backend, workload, "none"), await rowOf(backend, workload, "sqrt"));
  }
  return rows;
}

async function rowOf(backend: OurBackend, workload: ElmanWorkload, checkpoints: "none" | "sqrt"): Promise<Row> {
  const runtime = await backend.createRuntime();
  const model = elmanModel(workload, (folded, steps, sequences) =>
    scan(folded, steps, sequences, checkpoints === "none" ? {} : { checkpoint: checkpoints }),
  );
  await prepare(runtime, model, dataOf(workload));
  const { storedBytes, programs } = runtime.report();
  const program = programs.at(-1);
  return {
    workload: workload.name,
    implementation: backend.implementation,
    runs_on: describeBackend(runtime),
    checkpoints,
    input_bytes: 4 * workload.steps * workload.batch * (workload.inputs + 1),
    peak_bytes: program?.peakBytes,
    bytes_side_by_side: program?.totalBytes,
    kept_bytes: program?.keptBytes,
    stored_bytes: storedBytes,
  };
}
