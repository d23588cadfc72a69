/** The training loop: epochs of steps, a look at validation data after each, and a checkpoint now and then. */
import { checkKeys, FormatError, RuntimeError, ValueError, type NdArray } from "@unfold/core";
import { readLeaves, writeLeaves } from "../checkpoints/leaf-values.js";
import type { Batch } from "../data/batches-of.js";
import type { Dataset } from "../data/dataset.js";
import { checkSettings, COUNT, NOT_NEGATIVE } from "../settings/check-setting.js";
import { checkAnswer, checkFit } from "./check-fit.js";
import { isBetter, type EarlyStopping } from "./early-stopping.js";
import { checkWeights } from "./finite-step.js";
import { noBatches } from "../data/no-batches.js";
import type { Metrics, Trainer } from "./trainer.js";
import { withCallbacks, type EpochRecord, type TrainingCallbacks } from "./training-callbacks.js";
import { turnOfEvents } from "./turn-of-events.js";
import { untilAborted, type TrainingSignal } from "./until-aborted.js";

/** Everything a run needs to go on; plain data and arrays. */
export interface TrainingCheckpoint {
  readonly tensors: ReadonlyMap<string, NdArray>;
  /** Data that JSON can hold, but for NaN and ±∞ among its numbers. */
  readonly progress: unknown;
}

/** How to train. */
export interface FitOptions<K extends string> {
  readonly data: Dataset<Batch<K>>;
  /** Epochs in all, ≥ 1. */
  readonly epochs: number;
  /** Measured after every epoch. */
  readonly validation?: Dataset<Batch<K>>;
  /** Ends training when a metric of the validation data stops getting better. */
  readonly earlyStopping?: EarlyStopping;
  /** Whether the weights of the epoch that was best by `earlyStopping`'s metric are restored at the end, unless the signal ended it. Default false. */
  readonly keepBest?: boolean;
  readonly callbacks?: readonly TrainingCallbacks[];
  /** Ends training after the step at work, or the batch that is measured; an `AbortSignal` also while data is waited for. */
  readonly signal?: TrainingSignal;
  /** Saves checkpoints: `saveCheckpoint` of `@unfold/nn/node`, or a database. */
  readonly checkpoint?: {
    readonly save: (step: number, checkpoint: TrainingCheckpoint) => Promise<unknown>;
    /** Steps between two, ≥ 1; one more is saved at the end. */
    readonly every: number;
  };
  /** Where to go on from: what `checkpoint` saved. Data, epochs and settings must be those of the run that saved it. */
  readonly resume?: TrainingCheckpoint | undefined;
}

/** How training went. */
export interface FitResult {
  readonly history: readonly EpochRecord[];
  readonly stopped: "at the end" | "early" | "by a callback" | "by the signal";
  /** The epoch that was best by `earlyStopping`'s metric. */
  readonly best: number | undefined;
}

/** Where a run is; all of it is in its checkpoints. */
interface Run {
  epoch: number;
  /** Steps done in the epoch, and in all. */
  batch: number;
  step: number;
  /** Sum of the losses of the epoch's steps. */
  lossSum: number;
  /** Of the last step. */
  monitored: Readonly<Record<string, number>>;
  history: EpochRecord[];
  best: { readonly epoch: number; readonly value: number } | null;
  bestWeights: ReadonlyMap<string, NdArray>;
}

/** Weights of the best epoch are kept beside the others, under these names. */
const BEST = "best/";

/**
 * Trains for some epochs. A run that is resumed from a checkpoint ends with the same bits as one that was never interrupted,
 * if its data is the same in the same epoch and its runtime rounds the same.
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range; ARGUMENT if something is of another kind, `resume` too; FormatError CHECKPOINT_MISMATCH if `resume` is of another network, or of more batches than there are. ValueError KEEP_BEST if keepBest comes without earlyStopping. ShapeError BATCH_EMPTY if a batch holds no example. RuntimeError NO_BATCHES if an epoch or the validation has none; METRIC_UNKNOWN if earlyStopping's metric is none of the validation data's; LOSS_NOT_FINITE; WEIGHTS_NOT_FINITE before weights that are not finite are kept.
 * @example
 * const layer = dense({ inputs: 1, units: 1, seed: 1 });
 * const trainer = createTrainer(await createRuntime(), {
 *   build: ({ x, y }: { x: FloatNode; y: FloatNode }) => ({ loss: mean(square(sub(layer.apply(x), y))) }),
 *   optimizer: sgd({ learningRate: 0.1 }),
 * });
 * const data = Dataset.from([0, 1, 2, 3].map((i) => ({ x: [i], y: [2 * i + 1] }))).shuffle({ seed: 1 }).batch(2);
 * const { history } = await fit(trainer, { data, epochs: 60 });
 * history.at(-1).loss < 0.01; // → true
 */
export async function fit<K extends string, M extends Metrics>(
  trainer: Trainer<K, M>,
  options: FitOptions<K>,
): Promise<FitResult> {
  checkKeys("fit(trainer, options)", "options", options, {
    data: true,
    epochs: true,
    validation: true,
    earlyStopping: true,
    keepBest: true,
    callbacks: true,
    signal: true,
    checkpoint: true,
    resume: true,
  });
  checkFit(trainer, options);
  const { epochs, callbacks = [], checkpoint } = options;
  checkOptions(options);
  const run = await begin(trainer, options);
  const finish = async (stopped: FitResult["stopped"]): Promise<FitResult> => {
    // Before the first step there is nothing that could be kept.
    if (run.step > 0) await checkpoint?.save(run.step, checkpointOf(trainer, run));
    if (options.keepBest === true && stopped !== "by the signal" && run.best !== null)
      writeLeaves(trainer.runtime, trainer.leaves(), run.bestWeights);
    return { history: run.history, stopped, best: run.best?.epoch };
  };
  return withCallbacks(callbacks, { epoch: run.epoch, step: run.step, epochs }, async () => {
    while (run.epoch < epochs && !hasStopped(run, options)) {
      if (options.signal?.aborted === true || !(await takeSteps(trainer, run, options))) return finish("by the signal");
      const record = await endEpoch(trainer, run, options);
      if (record === undefined) return finish("by the signal");
      const answers = [];
      for (const { onEpoch } of callbacks) answers.push(await onEpoch?.(record));
      answers.forEach(checkAnswer);
      nextEpoch(run);
      if (answers.includes("stop")) return finish("by a callback");
    }
    return finish(hasStopped(run, options) ? "early" : "at the end");
  });
}

/** The steps of an epoch that are left. @returns whether the end has been reached */
async function takeSteps<K extends string>(
  trainer: Trainer<K>,
  run: Run,
  { data, callbacks = [], signal, checkpoint }: FitOptions<K>,
): Promise<boolean> {
  const turn = turnOfEvents();
  const isAborted = (): boolean => signal?.aborted === true;
  const done = run.batch;
  let index = 0;
  for await (const batch of untilAborted(data.epoch(run.epoch), signal)) {
    if (index++ < done) continue;
    const { loss, monitored } = await trainer.step(batch);
    run.batch++;
    run.step++;
    run.lossSum += loss;
    run.monitored = monitored;
    for (const { onStep } of callbacks) await onStep?.({ epoch: run.epoch, step: run.step, loss, monitored });
    await turn.next();
    if (isAborted()) return false;
    if (checkpoint !== undefined && run.step % checkpoint.every === 0)
      await checkpoint.save(run.step, checkpointOf(trainer, run));
  }
  if (isAborted()) return false;
  if (index < done) throw otherData(run, index);
  return true;
}

/** A run at its beginning, or where a checkpoint left it. */
async function begin<K extends string>(trainer: Trainer<K>, { data, resume }: FitOptions<K>): Promise<Run> {
  const run: Run = {
    ...{ epoch: 0, batch: 0, step: 0, lossSum: 0, monitored: {} },
    ...{ history: [], best: null, bestWeights: new Map<string, NdArray>() },
  };
  if (resume === undefined) return run;
  // Which leaves there are is known when a step has been drawn.
  for await (const batch of data.epoch(0)) {
    await trainer.prepare(batch);
    break;
  }
  const named = [...resume.tensors].map(([name, value]) => ({ name, value, isBest: name.startsWith(BEST) }));
  const current = named.filter(({ isBest }) => !isBest).map(({ name, value }) => [name, value] as const);
  const best = named.filter(({ isBest }) => isBest).map(({ name, value }) => [name.slice(BEST.length), value] as const);
  writeLeaves(trainer.runtime, trainer.leaves(), new Map(current));
  return { ...run, ...(resume.progress as Partial<Run>), bestWeights: new Map(best) };
}

/** Measures, and notes what has been reached; undefined if the signal came before all was measured. */
async function endEpoch<K extends string>(
  trainer: Trainer<K>,
  run: Run,
  { validation, earlyStopping, signal }: FitOptions<K>,
): Promise<EpochRecord | undefined> {
  if (run.batch === 0)
    throw noBatches("fit(trainer, { data })", `none in epoch ${run.epoch}`, "every epoch must have at least one batch");
  const weights = readLeaves(trainer.runtime, trainer.leaves());
  checkWeights(weights, run.step);
  const values = validation === undefined ? {} : await evaluated(trainer, validation, signal);
  if (values === undefined) return undefined;
  const measured = numbersIn(values);
  const record: EpochRecord = {
    epoch: run.epoch,
    step: run.step,
    loss: run.lossSum / run.batch,
    monitored: run.monitored,
    validation: measured,
  };
  run.history = [...run.history, record];
  if (earlyStopping !== undefined) {
    const value = measured[earlyStopping.metric];
    if (value === undefined) throw unknownMetric(earlyStopping.metric, Object.keys(measured));
    if (isBetter(value, run.best?.value, earlyStopping)) {
      run.best = { epoch: run.epoch, value };
      run.bestWeights = weights;
    }
  }
  return record;
}

/** Undefined if the signal came before all was measured. */
async function evaluated<K extends string>(
  trainer: Trainer<K>,
  validation: Dataset<Batch<K>>,
  signal: TrainingSignal | undefined,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const values = await trainer.evaluate(measuredUntilAborted(validation, signal));
    return signal?.aborted === true ? undefined : values;
  } catch (error) {
    if (error === ABORTED) return undefined;
    throw error;
  }
}

/** Thrown where nothing has been measured before the signal. */
const ABORTED = new Error("the signal came before the first batch");

async function* measuredUntilAborted<T>(validation: Dataset<T>, signal: TrainingSignal | undefined): AsyncIterable<T> {
  const turn = turnOfEvents();
  let isEmpty = true;
  for await (const batch of untilAborted(validation, signal)) {
    isEmpty = false;
    yield batch;
    await turn.next();
    if (signal?.aborted === true) return;
  }
  if (isEmpty) throw signal?.aborted === true ? ABORTED : noBatches("fit(trainer, { validation })", "none");
}

function numbersIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const isNumber = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === "number";
  return Object.fromEntries(Object.entries(values).filter(isNumber));
}

function nextEpoch(run: Run): void {
  run.epoch++;
  run.batch = 0;
  run.lossSum = 0;
}

/** Whether the last epochs were none better. */
function hasStopped(run: Run, { earlyStopping }: FitOptions<string>): boolean {
  if (earlyStopping === undefined || run.history.length === 0) return false;
  return run.history.length - 1 - (run.best?.epoch ?? -1) >= earlyStopping.patience;
}

function checkpointOf(trainer: Trainer, { bestWeights, ...progress }: Run): TrainingCheckpoint {
  const best = [...bestWeights].map(([path, value]) => [`${BEST}${path}`, value] as const);
  const current = readLeaves(trainer.runtime, trainer.leaves());
  checkWeights(current, progress.step);
  const tensors = new Map([...current, ...best]);
  return { tensors, progress };
}

function checkOptions({ epochs, validation, earlyStopping, keepBest, checkpoint }: FitOptions<string>): void {
  checkSettings("fit(trainer, options)", {
    epochs: [epochs, COUNT],
    ...(checkpoint !== undefined && { "checkpoint.every": [checkpoint.every, COUNT] }),
    ...(earlyStopping !== undefined && {
      "earlyStopping.patience": [earlyStopping.patience, COUNT],
      "earlyStopping.threshold": [earlyStopping.threshold ?? 0, NOT_NEGATIVE],
    }),
  });
  if (earlyStopping !== undefined && validation === undefined) throw unknownMetric(earlyStopping.metric, []);
  if (keepBest === true && earlyStopping === undefined) throw withoutMeasure();
}

function otherData({ epoch, batch }: Run, batches: number): FormatError {
  return new FormatError({
    code: "CHECKPOINT_MISMATCH",
    where: "fit(trainer, { resume })",
    rule: "data must be those of the run that saved the checkpoint",
    got: `${batches} batches in epoch ${epoch}, of which it had done ${batch}`,
    fix: "Give the same examples, in batches of the same size",
  });
}

function unknownMetric(metric: string, known: readonly string[]): RuntimeError {
  return new RuntimeError({
    code: "METRIC_UNKNOWN",
    where: "fit(trainer, { earlyStopping })",
    rule: "the metric must be one of the validation data's",
    got: JSON.stringify(metric),
    fix: `There are ${known.join(", ") || "none: give `validation`, and metrics to the trainer"}`,
  });
}

function withoutMeasure(): ValueError {
  return new ValueError({
    code: "KEEP_BEST",
    where: "fit(trainer, { keepBest })",
    rule: "earlyStopping must say which epoch is best",
    got: "none",
    fix: "Give it, with patience: epochs if training should never end early",
  });
}
