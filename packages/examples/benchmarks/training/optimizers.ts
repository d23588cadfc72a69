/** What optimizers cost: their part of a step, and how much of it is more than moving the numbers they read and write. */
import { add, stateLeaves, type FloatNode, type Runtime, type Update } from "@unfold/rnn";
import { least, median } from "../../src/statistics.js";
import { mlpModel } from "../models/mlp.js";
import type { Row } from "../print-results.js";
import { describeBackend, type OurBackend } from "../steps/backends.js";
import { inProcess, type Implementation } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions } from "../steps/rounds.js";
import { prepare } from "../steps/unfold.js";
import { dataOf } from "../workloads/data.js";
import { Draws } from "../workloads/draws.js";
import { W5, type MlpWorkload } from "../workloads/workload.js";
import { optimizerCases, type OptimizerCase } from "./optimizer-cases.js";

/** A perceptron of 1,003,242 parameters. */
const MILLION: MlpWorkload = { ...W5, sizes: [784, 1008, 208, 10] };
const SMALL: MlpWorkload = { ...W5, sizes: [784, 12, 8, 10], batch: 4 };

/**
 * Times a whole step with each optimizer, its updates alone, and a program that reads and writes the same arrays and computes
 * next to nothing. `overhead_percent` is the time of the updates beyond that, as a part of the step.
 */
export async function measureOptimizers(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const workload = isSmall ? SMALL : MILLION;
  const rows: Row[] = [];
  const cases = optimizerCases();
  for (const each of isSmall ? cases.slice(0, 2) : cases) rows.push(await rowOf(backend, workload, each, options));
  return rows;
}

async function rowOf(
  backend: OurBackend,
  workload: MlpWorkload,
  { name, optimizer, options }: OptimizerCase,
  rounds: RoundOptions,
): Promise<Row> {
  const model = mlpModel(workload);
  const { parameters } = model;
  const stateLeaf = stateLeaves("gradient");
  const gradients = parameters.map((parameter, i) => stateLeaf(String(i), parameter.shape));
  const updates = optimizer.apply(parameters, gradients, options);
  const runtime = await backend.createRuntime();
  const minimize = (): Update[] => optimizer.minimize(model.result, { parameters, ...options });
  const step = await prepare(runtime, { ...model, updates: minimize }, dataOf(workload));
  const timed = [
    inProcess(name, describeBackend(runtime), step),
    await updating(await backend.createRuntime(), updates, gradients),
    await updating(await backend.createRuntime(), moved(updates, gradients), gradients),
  ];
  // There are many of them: each is given a third of the time.
  const timings = await timeInRounds(timed, { ...rounds, slice: rounds.slice / 3 });
  const [steps, computed, carried] = timings.map((timing) => timing.rounds.flat()) as [number[], number[], number[]];
  return {
    workload: `${workload.sizes.join(" × ")}, B${workload.batch}`,
    case: name,
    implementation: backend.implementation,
    runs_on: timed[0]!.runsOn,
    median_ms: median(steps),
    min_ms: least(steps),
    runs: steps.length,
    update_ms: median(computed),
    traffic_ms: median(carried),
    overhead_percent: (100 * (median(computed) - median(carried))) / median(steps),
  };
}

/** The same arrays read and written: each is its old value and a gradient. */
function moved(updates: readonly Update[], gradients: readonly FloatNode[]): Update[] {
  return updates.flatMap(([leaf, next]): Update[] => {
    const gradient = gradients.find(({ shape }) => shape.join() === leaf.shape.join());
    return [[leaf, gradient === undefined ? next : add(leaf as FloatNode, gradient)]];
  });
}

/** A program that writes updates from gradients that are there. */
async function updating(
  runtime: Runtime,
  updates: readonly Update[],
  gradients: readonly FloatNode[],
): Promise<Implementation> {
  const program = await runtime.compile({ inputs: {}, updates });
  const draws = new Draws();
  for (const gradient of gradients)
    runtime.write(gradient, draws.normals(gradient.shape.reduce((size, extent) => size * extent, 1)));
  return inProcess("update", describeBackend(runtime), () => {
    program.run({});
    return 0;
  });
}
