/** How fast checkpoints are written and read: in memory, and on disk, where nothing may be lost. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCheckpoint, saveCheckpoint, writeFileAtomically } from "@unfold/nn/node";
import { decodeSafetensors, encodeSafetensors, ndArray } from "@unfold/rnn";
import { least, median } from "../../src/statistics.js";
import type { Row } from "../print-results.js";
import { inProcess, inProcessLater } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions } from "../steps/rounds.js";
import { Draws } from "../workloads/draws.js";

const MEGABYTE = 1e6;
/** Parameters of the perceptron whose optimizers are timed; Adam keeps two numbers more for each. */
const PARAMETERS = 1_003_242;
const SMALL = 10_000;

/** Times writing and reading parameters and moments. A file is on disk when it has been written. */
export async function measureCheckpoints(options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const size = isSmall ? SMALL : PARAMETERS;
  const draws = new Draws();
  const names = ["w", "adam/m/w", "adam/v/w"];
  const tensors = new Map(names.map((name) => [name, ndArray(draws.normals(size))]));
  const bytes = encodeSafetensors(tensors);
  const folder = await mkdtemp(join(tmpdir(), "unfold-checkpoints-"));
  const plain = join(folder, "plain");
  await writeFileAtomically(plain, bytes);
  let step = 0;
  await saveCheckpoint(folder, step, { tensors, progress: {} });
  try {
    const timed = [
      inProcess("encode", "memory", () => encodeSafetensors(tensors).length),
      inProcess("decode and verify", "memory", () => decodeSafetensors(bytes).tensors.size),
      inProcessLater("write bytes, fsync, rename", "disk", () => writeFileAtomically(plain, bytes)),
      inProcessLater("save a checkpoint", "disk", () => saveCheckpoint(folder, ++step, { tensors, progress: {} })),
      inProcessLater("read bytes", "disk", () => readFile(plain)),
      inProcessLater("load a checkpoint", "disk", () => loadCheckpoint(folder)),
    ];
    const timings = await timeInRounds(timed, options);
    return timings.map(({ implementation, rounds }) => {
      const times = rounds.flat();
      return {
        workload: `${(bytes.length / MEGABYTE).toFixed(1)} MB of safetensors`,
        case: implementation.name,
        runs_on: implementation.runsOn,
        median_ms: median(times),
        min_ms: least(times),
        runs: times.length,
        megabytes_per_second: Math.round((1000 * bytes.length) / MEGABYTE / median(times)),
      };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
