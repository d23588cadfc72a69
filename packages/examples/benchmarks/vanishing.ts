/** Gradients that vanish on their way back through time: a step must not take longer for the small numbers in it. */
import { adam, dense, elman, gru, input, lstm, meanSquaredError, sizeOf } from "@unfold/rnn";
import type { Row } from "./print-results.js";
import { describeBackend, type OurBackend } from "./steps/backends.js";
import { caseRows } from "./steps/case-rows.js";
import { inProcess, type Implementation } from "./steps/implementation.js";
import { timeInRounds, type RoundOptions } from "./steps/rounds.js";
import { Draws } from "./workloads/draws.js";
import { SEED } from "./workloads/workload.js";

const CELLS = { elman, gru, lstm };
/** What of a sequence is judged: from the last step alone, the gradient vanishes until it comes to the first. */
const JUDGED = ["every step", "last step"] as const;
const SIZES = { steps: 600, batch: 32, inputs: 2, units: 32 };
const SMALL: typeof SIZES = { steps: 20, batch: 2, inputs: 2, units: 4 };

/** Times training steps; `ratio` is the time divided by that of the same cell judged at every step. */
export async function measureVanishing(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const sizes = isSmall ? SMALL : SIZES;
  const timed: Implementation[] = [];
  for (const cell of ["elman", "gru", "lstm"] as const) {
    for (const judged of JUDGED) timed.push(await trained(backend, cell, judged, sizes));
  }
  const timings = await timeInRounds(timed, options);
  const { steps, batch, units } = sizes;
  const others = timings.map((_, i) => timings[i - (i % JUDGED.length)]!);
  return caseRows(`vanishing T${steps} B${batch} H${units}`, backend, timings, others);
}

async function trained(
  backend: OurBackend,
  name: keyof typeof CELLS,
  judged: (typeof JUDGED)[number],
  { steps, batch, inputs, units }: typeof SIZES,
): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const x = input("x", [steps, batch, inputs]);
  const { outputs, last } = CELLS[name]({ inputs, units, seed: SEED }).scan(x);
  const answer = dense({ inputs: units, units: 1, seed: SEED }).apply(judged === "last step" ? last.h : outputs.h);
  const y = input("y", answer.shape);
  const loss = meanSquaredError(answer, y);
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss }, updates: adam().minimize(loss) });
  const draws = new Draws();
  const feed = { x: draws.normals(sizeOf(x.shape)), y: draws.normals(sizeOf(y.shape)) };
  return inProcess(`${name}, ${judged}`, describeBackend(runtime), () => step.run(feed).loss.item());
}
