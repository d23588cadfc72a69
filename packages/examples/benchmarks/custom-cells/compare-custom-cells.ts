/** Cells of one's own against the built-in one: the same products, so the same time is asked for. */
import { lstmModel, type LstmLike } from "../models/lstm.js";
import type { Row } from "../print-results.js";
import { describeBackend, type OurBackend } from "../steps/backends.js";
import { caseRows } from "../steps/case-rows.js";
import { inProcess, type Implementation } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions } from "../steps/rounds.js";
import { prepare } from "../steps/unfold.js";
import { dataOf } from "../workloads/data.js";
import { W3, type LstmWorkload } from "../workloads/workload.js";
import { handWrittenLstm } from "./hand-written-lstm.js";
import { multiplicativeIntegrationLstm } from "./multiplicative-integration-lstm.js";

/** Times training steps of W3 with each cell; `ratio` is the cell's time divided by the built-in one's. */
export async function compareCustomCells(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const workload: LstmWorkload = isSmall ? { ...W3, units: 32, steps: 8, batch: 4 } : W3;
  const { inputs, units, steps, batch } = workload;
  const timed = [
    await trainedWith(backend, "built-in", workload),
    await trainedWith(backend, "foldedGraph", workload, handWrittenLstm(inputs, units)),
    await trainedWith(
      backend,
      "foldedGraph, multiplicative integration",
      workload,
      multiplicativeIntegrationLstm(inputs, units),
    ),
  ];
  return caseRows(`LSTM T${steps} B${batch} H${units}`, backend, await timeInRounds(timed, options));
}

async function trainedWith(
  backend: OurBackend,
  name: string,
  workload: LstmWorkload,
  cell?: LstmLike,
): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const run = await prepare(runtime, lstmModel(workload, cell), dataOf(workload));
  return inProcess(name, describeBackend(runtime), run);
}
