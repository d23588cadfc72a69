/** Times the workloads and prints the results: `npm run bench -- --help` says how. */
import { UnfoldError } from "@unfold/rnn";
import { CommandLineError } from "../src/command-line.js";
import { measureCells } from "./cells/cells.js";
import { HELP, parseCommandLine, type BenchmarkOptions, type Topic } from "./command-line.js";
import { measureCompile } from "./compile.js";
import { compareCustomCells } from "./custom-cells/compare-custom-cells.js";
import { setEngineFlags } from "./engine-flags.js";
import { measureGraphs } from "./graph/measure-graphs.js";
import { measureMemory } from "./memory.js";
import { findPeers } from "./peers/peers.js";
import { asJsonLines, asTable, machine, type Row } from "./print-results.js";
import { measureRealTime } from "./real-time.js";
import { measureSampling } from "./sampling/sampling.js";
import { measureCheckpoints } from "./training/checkpoints.js";
import { measureOptimizers } from "./training/optimizers.js";
import { measurePipelines } from "./training/pipelines.js";
import { ourBackends, type OurBackend } from "./steps/backends.js";
import { LONG, QUICK } from "./steps/rounds.js";
import { timeSteps } from "./steps/steps.js";
import { measureVanishing } from "./vanishing.js";

try {
  if (process.argv.includes("--help")) process.stdout.write(`${HELP}\n`);
  else await bench(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UnfoldError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof CommandLineError ? 2 : 1;
}

async function bench(options: BenchmarkOptions): Promise<void> {
  const { isJson, isQuick, engine, workloads, topics } = options;
  const flags = setEngineFlags(engine);
  const backends = await ourBackends(
    options.backend,
    flags.some((flag) => /revectorize/.test(flag)),
  );
  const print = (rows: readonly Row[]): void => {
    if (rows.length > 0) process.stdout.write(`${isJson ? asJsonLines(rows) : asTable(rows)}\n`);
  };
  for (const topic of topics) print(await measure(topic, backends[0], isQuick));
  const peers = options.hasPeers && workloads.length > 0 ? await findPeers(note) : [];
  const rows: Row[] = [];
  for (const workload of workloads) {
    note(`${workload.name} …`);
    const results = await timeSteps(workload, { isQuick, backends, peers, note });
    // Lines of JSON are printed as they come; a table must know its widths.
    if (isJson) print(results);
    else rows.push(...results);
  }
  print(rows);
  if (workloads.length > 0) note("ratio: our time divided by theirs; ours is the first one of each workload");
  note([machine(), ...flags].join(", "));
}

async function measure(topic: Topic, backend: OurBackend, isQuick: boolean): Promise<readonly Row[]> {
  const [rounds, isSmall] = [isQuick ? QUICK : LONG, isQuick || backend.implementation === "unfold-interpreter"];
  switch (topic) {
    case "cells":
      return measureCells(backend, rounds, isSmall);
    case "custom":
      return compareCustomCells(backend, rounds, isSmall);
    case "sampling":
      return measureSampling(backend, rounds, isSmall);
    case "rtrl":
      return measureRealTime(backend, rounds, isSmall);
    case "vanishing":
      return measureVanishing(backend, rounds, isSmall);
    case "optimizers":
      return measureOptimizers(backend, rounds, isSmall);
    case "data":
      return measurePipelines(rounds, isSmall);
    case "checkpoints":
      return measureCheckpoints(rounds, isSmall);
    case "compile":
      return measureCompile(backend, isQuick, note);
    case "memory":
      return measureMemory(backend, isQuick);
    case "graph": {
      const { rows, violation } = await measureGraphs(backend, isQuick, note);
      if (violation !== undefined) process.exitCode = 1;
      return rows;
    }
  }
}

/** Standard output holds results only. */
function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
