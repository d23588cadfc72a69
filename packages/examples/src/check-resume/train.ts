/**
 * A run that can be killed at any moment: `train.ts FOLDER` trains a small network to its end, going on from the newest
 * checkpoint of the folder, and prints what it does, one line each: `from STEP`, `saved STEP`, `weights HASH`.
 *
 * The step has everything that must survive: the optimizer's moments and count, a learning rate that changes, random masks,
 * a state that is carried from window to window, and a position in the data.
 */
import { loadCheckpoint, saveCheckpoint } from "@unfold/nn/node";
import {
  accumulateGradients,
  adam,
  averageWeights,
  cosineDecay,
  createRuntime,
  crossEntropy,
  dense,
  div,
  encodeSafetensors,
  input,
  leavesOf,
  lstm,
  mul,
  ndArray,
  oneHot,
  randomBernoulli,
  readLeaves,
  reshape,
  select,
  state,
  trainingMode,
  writeLeaves,
  type Update,
} from "@unfold/rnn";
import { createHash } from "node:crypto";

const [LENGTH, BATCH, SYMBOLS, UNITS] = [8, 4, 6, 12];
/** Steps of the whole run, and between two checkpoints. */
const [STEPS, SAVE_EVERY] = [500, 4];
const KEPT_PART = 0.75;

const folder = process.argv[2];
if (folder === undefined) throw new Error("train.ts FOLDER");

const symbols = input("symbols", [LENGTH, BATCH], "i32");
const next = input("next", [LENGTH, BATCH], "i32");
const mode = trainingMode(1);
const carried = {
  h: state("carried/h", zeros()),
  c: state("carried/c", zeros()),
};
const cell = lstm({ inputs: SYMBOLS, units: UNITS, seed: 1 });
const run = cell.scan(oneHot(symbols, SYMBOLS), {
  h: reshape(carried.h, [1, BATCH, UNITS]),
  c: reshape(carried.c, [1, BATCH, UNITS]),
});
const mask = randomBernoulli(mode.key("dropout"), KEPT_PART, [LENGTH, BATCH, UNITS]);
const dropped = select(mask, div(run.outputs.h, KEPT_PART), mul(run.outputs.h, 0));
const loss = crossEntropy(dense({ inputs: UNITS, units: SYMBOLS, seed: 2 }).apply(dropped), next);
const optimizer = accumulateGradients(adam({ learningRate: cosineDecay({ rate: 0.02, steps: 40, restarts: 2 }) }), 2);
const { updates } = averageWeights(optimizer.minimize(loss));
const all: readonly Update[] = [...updates, ...mode.updates(), [carried.h, run.last.h], [carried.c, run.last.c]];
const leaves = [...leavesOf([loss], "param"), ...leavesOf(all.flat(), "state")];

// Of WebAssembly without relaxed SIMD, whose rounding is the engine's choice.
const runtime = await createRuntime({ backend: "wasm-simd" });
const step = await runtime.compile({ inputs: { symbols, next }, outputs: { loss }, updates: all });

const found = await loadCheckpoint(folder);
if (found !== undefined) writeLeaves(runtime, leaves, found.tensors);
const { position: first } = (found?.progress ?? { position: 0 }) as { readonly position: number };
say(`from ${first}`);
for (let i = first; i < STEPS; i++) {
  step.run({ symbols: windowAt(i * LENGTH), next: windowAt(i * LENGTH + 1) });
  if ((i + 1) % SAVE_EVERY !== 0) continue;
  await saveCheckpoint(folder, i + 1, { tensors: readLeaves(runtime, leaves), progress: { position: i + 1 } });
  say(`saved ${i + 1}`);
}
say(
  `weights ${createHash("sha256")
    .update(encodeSafetensors(readLeaves(runtime, leaves)))
    .digest("hex")}`,
);

/** What all sequences hold from a position on: squares modulo the number of symbols, each sequence from another place. */
function windowAt(position: number): Int32Array {
  return Int32Array.from({ length: LENGTH * BATCH }, (_, i) => {
    const place = position + Math.floor(i / BATCH) + 7 * (i % BATCH);
    return (place * place + Math.floor(place / 5)) % SYMBOLS;
  });
}

function zeros(): ReturnType<typeof ndArray> {
  return ndArray(new Float32Array(BATCH * UNITS), { shape: [BATCH, UNITS] });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
