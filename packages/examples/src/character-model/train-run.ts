/** A training run from the text to the report. Results go to standard output, progress to standard error. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandLineError } from "../command-line.js";
import { baselines, type Baselines } from "./baselines.js";
import { build, type Built } from "./build.js";
import { loadNovel, type Corpus } from "./corpus.js";
import { createEvaluator } from "./evaluate.js";
import { listenForInterruption } from "./interruption.js";
import { readLeaves } from "./leaf-values.js";
import { minibatches } from "./minibatches.js";
import { loadModel, modelPath, saveModel, type SavedModel } from "./model-file.js";
import type { Options, Settings } from "./options.js";
import { writePassage } from "./passage.js";
import { showProgress } from "./progress.js";
import { replaceFile } from "./replace-file.js";
import { writeReport } from "./report/report.js";
import { lockRun } from "./run-lock.js";
import type { RunResult } from "./run-result.js";
import { train, type History } from "./training.js";

/**
 * Trains, measures, writes a passage, saves the model and the report.
 *
 * @returns the result, or the exit code of a run that was interrupted (everything is saved)
 */
export async function trainRun(options: Options): Promise<RunResult | number> {
  const lock = await lockRun(options.out);
  try {
    return await lockedRun(options);
  } finally {
    await lock.release();
  }
}

async function lockedRun(options: Options): Promise<RunResult | number> {
  const corpus = loadNovel();
  const saved = options.resume ? await modelToResume(options, corpus) : undefined;
  const settings = saved?.settings ?? options.settings;
  const built = await build(settings, corpus.vocabulary.size, saved);
  const history = historyOf(saved);
  const known = baselines(corpus.training, corpus.heldOut, corpus.vocabulary.size);
  say(
    `${corpus.title}: ${corpus.training.length} characters to train on, ${corpus.heldOut.length} held out, ${corpus.vocabulary.size} different ones.`,
  );
  say(
    `Elman network with ${settings.units} hidden units; ${settings.batch} sequences of ${settings.length} characters per update of the weights.`,
  );

  const evaluator = await createEvaluator(built.runtime, built.network);
  const from = history.step;
  if (from >= options.steps)
    say(`Nothing is left to train: ${from} updates are done, --steps asks for ${options.steps} in all.`);
  const timing = await timedTraining(options, settings, corpus, built, history, evaluator);
  if (timing.exitCode !== undefined) {
    say(
      `Stopped after ${history.step} of ${options.steps} updates. The model is saved in ${modelPath(options.out)}; add --resume to the same command to go on.`,
    );
    return timing.exitCode;
  }
  say(`The model is saved in ${modelPath(options.out)}. Measuring it on the held-out text …`);
  const heldOut = evaluator.bitsPerCharacter(corpus.heldOut);
  const sample = await writePassage(built, corpus.vocabulary, {
    count: options.characters,
    temperature: options.temperature,
    seed: settings.seed,
  });
  const charactersPerSecond =
    timing.seconds === 0 ? 0 : ((history.step - from) * settings.batch * settings.length) / timing.seconds;
  const report = path.join(options.out, "report.html");
  const result: RunResult = {
    heldOutBitsPerCharacter: heldOut,
    unigramBitsPerCharacter: known.unigram,
    bigramBitsPerCharacter: known.bigram,
    seconds: timing.seconds,
    charactersPerSecond,
    backend: built.runtime.report().backend,
    report,
  };
  const html = await writeReport({
    corpus,
    settings,
    history,
    baselines: known,
    result,
    sample,
    network: built.network,
  });
  await replaceFile(report, (temporary) => writeFile(temporary, html));
  printResult(options, result, known, sample);
  return result;
}

function historyOf(saved: SavedModel | undefined): History {
  const { step, losses, heldOut } = saved ?? { step: 0, losses: [], heldOut: [] };
  return { step, losses: [...losses], heldOut: [...heldOut] };
}

async function modelToResume({ out, given }: Options, corpus: Corpus): Promise<SavedModel> {
  const saved = await loadModel(out);
  const where = "--resume";
  if (saved === undefined) {
    throw new CommandLineError({
      code: "MODEL_MISSING",
      where,
      rule: "there must be a saved model",
      got: `none at ${modelPath(out)}`,
      fix: "Train one first: npm start",
    });
  }
  const changed = Object.entries(given).find(([name, value]) => saved.settings[name as keyof Settings] !== value);
  if (changed !== undefined) {
    const [name, value] = changed;
    throw new CommandLineError({
      code: "SETTINGS_CHANGED",
      where,
      rule: "a run must go on with the settings it began with",
      got: `${name} ${value}, where the saved model has ${saved.settings[name as keyof Settings]}`,
      fix: "Leave the option out, or train anew in a folder of its own: --out DIR",
    });
  }
  if (saved.vocabulary !== corpus.vocabulary.tokens.join("")) {
    throw new CommandLineError({
      code: "MODEL_TEXT",
      where,
      rule: "the saved model must be of this text",
      got: `a vocabulary of ${saved.vocabulary.length} other characters`,
      fix: "Train anew: npm start",
    });
  }
  return saved;
}

/** Trains with progress on standard error; seconds are those of training alone. */
async function timedTraining(
  options: Options,
  settings: Settings,
  corpus: Corpus,
  { runtime, trainer }: Built,
  history: History,
  evaluator: Parameters<typeof train>[0]["evaluator"],
): Promise<{ readonly seconds: number; readonly exitCode?: number }> {
  const interruption = listenForInterruption();
  const progress = showProgress({
    from: history.step,
    to: options.steps,
    charactersPerStep: settings.batch * settings.length,
    isBar: process.stderr.isTTY,
  });
  // The model of an earlier run that this one does not go on with is kept beside the new one.
  let keepPrevious = !options.resume;
  const save = async (): Promise<void> => {
    await saveModel(
      options.out,
      {
        title: corpus.title,
        settings,
        vocabulary: corpus.vocabulary.tokens.join(""),
        ...history,
        leaves: readLeaves(runtime, trainer.leaves),
      },
      keepPrevious,
    );
    keepPrevious = false;
  };
  const started = performance.now();
  try {
    await train(
      {
        trainer,
        minibatchOf: minibatches(corpus.training, settings),
        evaluator,
        heldOut: corpus.heldOut,
        steps: options.steps,
        save,
        isInterrupted: () => interruption.isRequested,
        onUpdate: (step, bits) => {
          progress.update(step, bits);
        },
      },
      history,
    );
  } finally {
    progress.stop();
    interruption.stopListening();
  }
  const seconds = (performance.now() - started) / 1000;
  return interruption.isRequested && history.step < options.steps
    ? { seconds, exitCode: interruption.exitCode }
    : { seconds };
}

function printResult({ json, out }: Options, result: RunResult, known: Baselines, sample: string): void {
  const print = json ? say : (text: string): void => void process.stdout.write(`${text}\n`);
  const verdict =
    result.heldOutBitsPerCharacter < known.bigram
      ? "better than counting pairs"
      : "NOT better than counting pairs: train longer";
  print(`\n${sample}\n`);
  print(
    `Held-out text: ${result.heldOutBitsPerCharacter.toFixed(3)} bits per character (${verdict}); unigram ${known.unigram.toFixed(3)}, bigram ${known.bigram.toFixed(3)}.`,
  );
  print(
    `Trained ${result.seconds.toFixed(0)} s at ${result.charactersPerSecond.toFixed(0)} characters/s on the ${result.backend} backend.`,
  );
  print(`Model:  ${modelPath(out)}\nReport: ${result.report}`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
