/** What real-time recurrent learning costs as networks grow, beside backpropagation through time. */
import {
  elman,
  foldedGraph,
  gradient,
  includeStep,
  input,
  realTimeGradients,
  scan,
  sgd,
  square,
  sub,
  sum,
  type FloatNode,
} from "@unfold/rnn";
import type { Row } from "./print-results.js";
import { describeBackend, type OurBackend } from "./steps/backends.js";
import { caseRows } from "./steps/case-rows.js";
import { inProcess, type Implementation } from "./steps/implementation.js";
import { timeInRounds, type RoundOptions } from "./steps/rounds.js";
import { Draws } from "./workloads/draws.js";
import { SEED } from "./workloads/workload.js";

const UNITS = [4, 8, 16, 32, 64];
const FEW_UNITS = [2, 4];
/** T. */
const STEPS = 50;

const METHODS = ["backpropagation", "real time"] as const;

/**
 * Times training steps of an Elman network over one sequence, whose weights change after it. `ratio` is the time divided by
 * that of backpropagation with as many units, `growth` the power of H with which it grew since half as many.
 */
export async function measureRealTime(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const sizes = isSmall ? FEW_UNITS : UNITS;
  const timed: (Implementation & { readonly bytes: number | undefined })[] = [];
  for (const units of sizes) for (const method of METHODS) timed.push(await trained(backend, units, method));
  const timings = await timeInRounds(timed, options);
  const others = timings.map((_, i) => timings[i - (i % METHODS.length)]!);
  const rows = caseRows(`Elman network T${STEPS} B1`, backend, timings, others);
  return rows.map((row, i) => {
    const half = rows[i - METHODS.length];
    return {
      ...row,
      growth: half && Math.log2(Number(row["median_ms"]) / Number(half["median_ms"])),
      peak_bytes: timed[i]!.bytes,
    };
  });
}

/** A network that learns to yield a sequence: the first unit is held against it at every step. */
async function trained(backend: OurBackend, units: number, method: (typeof METHODS)[number]) {
  const cell = elman({ inputs: 1, units, seed: SEED });
  const folded = foldedGraph("elman with loss", (builder) => {
    const { outputs, next } = includeStep(builder, "cell", cell.fold(1), { x: builder.sequence("x", [1, 1]) });
    return { next, outputs: { loss: sum(square(sub(outputs.h, builder.sequence("y", [1, 1])))) } };
  });
  const wrt = Object.values(cell.parameters);
  const sequences = { x: input("x", [STEPS, 1, 1]), y: input("y", [STEPS, 1, 1]) };
  const learning = realTimeGradients(folded, { loss: "loss", wrt });
  const run = scan(method === "real time" ? learning.folded : folded, STEPS, sequences);
  const loss: FloatNode = sum(run.outputs.loss);
  const slopes = method === "real time" ? learning.total(run) : gradient(loss, wrt);
  const runtime = await backend.createRuntime();
  const step = await runtime.compile({
    inputs: sequences,
    outputs: { loss },
    updates: sgd({ learningRate: 1e-4 }).apply(wrt, slopes),
  });
  const draws = new Draws();
  const feed = { x: draws.normals(STEPS), y: draws.normals(STEPS) };
  const timed = inProcess(`${method}, H${units}`, describeBackend(runtime), () => step.run(feed).loss.item());
  return { ...timed, bytes: runtime.report().programs.at(-1)?.peakBytes };
}
