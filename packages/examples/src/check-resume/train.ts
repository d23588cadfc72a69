/**
 * A run that can be killed at any moment: `train.ts FOLDER` trains a small network to its end, going on from the newest
 * checkpoint of the folder, and prints what it does, one line each: `begun`, `from STEP`, `saving STEP`, `saved STEP`,
 * `result HASH`.
 *
 * It has everything that must survive: the optimizer's moments and count, gradients half added up, averaged weights, a
 * learning rate that changes, random masks, a state that is carried from step to step, the order of the data and the place in
 * it, the losses of the epoch so far, the best epoch and its weights, and a log with a line for every step.
 */
import { jsonLinesLog, loadCheckpoint, saveCheckpoint } from "@unfold/nn/node";
import {
  accumulateGradients,
  adam,
  averageOf,
  averageWeights,
  cosineDecay,
  createRuntime,
  createTrainer,
  crossEntropy,
  Dataset,
  dense,
  dropout,
  encodeSafetensors,
  fit,
  lstm,
  ndArray,
  oneHot,
  readLeaves,
  reshape,
  state,
  trainingMode,
  type IntNode,
  type NdArray,
  type TrainingCheckpoint,
} from "@unfold/rnn";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

const [LENGTH, BATCH, SYMBOLS, UNITS] = [8, 4, 6, 12];
const [EXAMPLES, EPOCHS, SAVE_EVERY] = [160, 5, 4];

const folder = process.argv[2];
if (folder === undefined) throw new Error("train.ts FOLDER");
say("begun");

const mode = trainingMode(1);
const cell = lstm({ inputs: SYMBOLS, units: UNITS, seed: 1 });
const answer = dense({ inputs: UNITS, units: SYMBOLS, seed: 2 });
const mask = dropout({ rate: 0.25 });
const carried = { h: state("carried/h", noState()), c: state("carried/c", noState()) };
const rate = cosineDecay({ rate: 0.02, steps: 40, restarts: 2 });
const optimizer = averageWeights(accumulateGradients(adam({ learningRate: rate }), 3));

// Of WebAssembly without relaxed SIMD, whose rounding is the engine's choice.
const trainer = createTrainer(await createRuntime({ backend: "wasm-simd" }), {
  build: ({ symbols, next }: { readonly symbols: IntNode; readonly next: IntNode }) => {
    const seen = oneHot(symbols, SYMBOLS);
    const fromCarried = {
      h: reshape(carried.h, [1, BATCH, UNITS]),
      c: reshape(carried.c, [1, BATCH, UNITS]),
    };
    const { outputs, last } = cell.scan(seen, fromCarried);
    const logits = answer.apply(mask.apply(outputs.h, mode));
    const measured = crossEntropy(answer.apply(cell.scan(seen).outputs.h), next, { reduction: "none" });
    return {
      loss: crossEntropy(logits, next),
      updates: [...mode.updates(), [carried.h, last.h], [carried.c, last.c]],
      metrics: { loss: averageOf(measured) },
    };
  },
  optimizer,
});

const log = path.join(folder, "log.jsonl");
const found = await loadCheckpoint(folder);
say(`from ${found?.step ?? 0}`);
const examples = Dataset.from(Array.from({ length: EXAMPLES }, (_, i) => exampleAt(i * LENGTH)));
const batches = (data: typeof examples) => data.batch(BATCH, { dtypes: { symbols: "i32", next: "i32" }, axis: 1 });
const { history } = await fit(trainer, {
  data: batches(examples.shuffle({ seed: 3, buffer: 50 })).prefetch(2),
  validation: batches(examples.take(BATCH)),
  epochs: EPOCHS,
  earlyStopping: { metric: "loss", patience: EPOCHS },
  keepBest: true,
  checkpoint: { every: SAVE_EVERY, save },
  resume: found,
  callbacks: [jsonLinesLog(log)],
});
const hash = createHash("sha256").update(encodeSafetensors(readLeaves(trainer.runtime, trainer.leaves())));
const lines = (await readFile(log, "utf8")).replaceAll(/,"time":"[^"]*"/g, "");
say(`result ${hash.update(JSON.stringify(history)).update(lines).digest("hex")}`);

async function save(step: number, checkpoint: TrainingCheckpoint): Promise<void> {
  say(`saving ${step}`);
  await saveCheckpoint(folder!, step, checkpoint);
  say(`saved ${step}`);
}

/** What a sequence holds from a position on: squares modulo the number of symbols, and the same one step later. */
function exampleAt(position: number): { readonly symbols: Int32Array; readonly next: Int32Array } {
  const from = (start: number): Int32Array =>
    Int32Array.from({ length: LENGTH }, (_, i) => ((start + i) ** 2 + Math.floor((start + i) / 5)) % SYMBOLS);
  return { symbols: from(position), next: from(position + 1) };
}

function noState(): NdArray {
  return ndArray(new Float32Array(BATCH * UNITS), { shape: [BATCH, UNITS] });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
