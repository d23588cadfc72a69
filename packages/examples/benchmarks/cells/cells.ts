/** What a training step costs with each cell. */
import { adam, dense, input, meanSquaredError, reshape, sizeOf } from "@unfold/rnn";
import type { Row } from "../print-results.js";
import { describeBackend, type OurBackend } from "../steps/backends.js";
import { caseRows, perSecond } from "../steps/case-rows.js";
import { inProcess, type Implementation } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions } from "../steps/rounds.js";
import { Draws } from "../workloads/draws.js";
import { SEED, W4 } from "../workloads/workload.js";
import { everyCell, type CellSizes, type NamedCell } from "./every-cell.js";

interface Sizes extends CellSizes {
  readonly steps: number;
  readonly batch: number;
}

/** Those of W4. */
const SIZES: Sizes = W4;
const SMALL: Sizes = { inputs: 32, units: 32, steps: 6, batch: 2 };
const LEARNING_RATE = 0.001;

/** Times training steps; `ratio` is the cell's time divided by the Elman network's. */
export async function measureCells(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const sizes = isSmall ? SMALL : SIZES;
  const timed: Implementation[] = [];
  for (const named of everyCell(sizes)) timed.push(await trained(backend, named, sizes));
  const { steps, batch, units } = sizes;
  // Shorter slices, as there are many.
  const timings = await timeInRounds(timed, { ...options, slice: options.slice / 2 });
  return caseRows(`cell T${steps} B${batch} H${units}`, backend, timings).map((row) => ({
    ...row,
    steps_per_second: perSecond(row),
  }));
}

/** One number at every step, from what the cell says. */
async function trained(backend: OurBackend, { name, cell, read }: NamedCell, sizes: Sizes): Promise<Implementation> {
  const { steps, batch } = sizes;
  const runtime = await backend.createRuntime();
  const [x, y] = [input("x", [steps, batch, ...cell.inputShape]), input("y", [steps, batch, 1])];
  const said = cell.scan(x).outputs[read]!;
  const numbers = sizeOf(said.shape) / (steps * batch);
  const readout = dense({ name: "readout", inputs: numbers, units: 1, seed: SEED });
  const loss = meanSquaredError(readout.apply(reshape(said, [steps, batch, numbers])), y);
  const step = await runtime.compile({
    inputs: { x, y },
    outputs: { loss },
    updates: adam({ learningRate: LEARNING_RATE }).minimize(loss),
  });
  const draws = new Draws();
  const feed = { x: draws.normals(sizeOf(x.shape)), y: draws.normals(sizeOf(y.shape)) };
  return inProcess(name, describeBackend(runtime), () => step.run(feed).loss.item());
}
