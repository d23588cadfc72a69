/** How long it takes until W3 has been compiled and has run once, at growing lengths. */
import { lstmModel } from "./models/lstm.js";
import type { Row } from "./print-results.js";
import { least, median } from "../src/statistics.js";
import { describeBackend, type OurBackend } from "./steps/backends.js";
import { prepare } from "./steps/unfold.js";
import { dataOf } from "./workloads/data.js";
import { W3, type LstmWorkload } from "./workloads/workload.js";

/** The lengths of the sequences. */
const LENGTHS = [25, 64, 1600];
const QUICK_LENGTHS = [25];

/** Times of compiling, first step included; the making of the graph and its gradient are by themselves. */
export async function measureCompile(
  backend: OurBackend,
  isQuick: boolean,
  note: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const steps of isQuick ? QUICK_LENGTHS : LENGTHS) {
    const workload = { ...W3, name: `W3, T = ${steps}`, steps };
    note(`${workload.name} …`);
    const trials: Trial[] = [];
    for (let i = 0; i < (isQuick ? 1 : 3); i++) trials.push(await tryOnce(backend, workload));
    const totals = trials.map(({ compile, step }) => compile + step);
    rows.push({
      workload: workload.name,
      case: "compile and first step",
      implementation: backend.implementation,
      runs_on: trials[0]!.runsOn,
      median_ms: median(totals),
      min_ms: least(totals),
      runs: trials.length,
      build_ms: median(trials.map(({ build }) => build)),
      first_step_ms: median(trials.map(({ step }) => step)),
      code_bytes: trials[0]!.codeBytes,
    });
  }
  return rows;
}

/** Milliseconds of one trial. */
interface Trial {
  readonly build: number;
  readonly compile: number;
  readonly step: number;
  readonly runsOn: string;
  readonly codeBytes: number | undefined;
}

async function tryOnce(backend: OurBackend, workload: LstmWorkload): Promise<Trial> {
  const data = dataOf(workload);
  const runtime = await backend.createRuntime();
  const start = performance.now();
  const model = lstmModel(workload);
  const updates = model.updates();
  const built = performance.now();
  const run = await prepare(runtime, { ...model, updates: () => updates }, data);
  const compiled = performance.now();
  run();
  const end = performance.now();
  return {
    build: built - start,
    compile: compiled - built,
    step: end - compiled,
    runsOn: describeBackend(runtime),
    codeBytes: runtime.report().programs.at(-1)?.codeBytes,
  };
}
