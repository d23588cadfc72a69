/** A search over hyper-parameters, whatever runs its trials. */
import { checkKeys } from "@unfold/core";
import { checkSettings, COUNT } from "../settings/check-setting.js";
import { searchRungs, type HalvingOptions, type Rung } from "./rungs.js";
import { sampleSpace, seedOfTrial, type Configuration, type SearchSpace } from "./sample-space.js";
import { compareTrials, isUsable, type TrialReport } from "./trial-report.js";

/** What is searched, and how long. */
export interface SearchOptions<S extends SearchSpace> {
  readonly space: S;
  /** Points of the space that are tried, ≥ 1. */
  readonly trials: number;
  /** What a trial is given at most, such as epochs: a whole number ≥ 1. */
  readonly budget: number;
  /** Gives most of the trials less; random search, with the whole budget for each, unless given. */
  readonly halving?: HalvingOptions;
  /** Of the hyper-parameters, and of the seed that each trial gets: a whole number in [0, 2^53). */
  readonly seed: number;
  /** Ends the search; what is known by then is returned. */
  readonly signal?: { readonly aborted: boolean };
  /** Told of each loss as it becomes known: in an order that depends on how fast trials are. */
  readonly onResult?: (result: TrialResult) => void;
}

/** The loss of one trial with one budget. */
export interface TrialResult {
  readonly trial: number;
  readonly budget: number;
  readonly loss: number;
}

/** What a trial is given. */
export interface TrialTask<C> {
  /** From 0. */
  readonly trial: number;
  readonly configuration: C;
  /** For weights and data; the same with every budget. */
  readonly seed: number;
  /** How long to train in all, in the unit of the search's budget. */
  readonly budget: number;
  /** What the trial returned with its smaller budget, to go on from; undefined at first. */
  readonly checkpoint: unknown;
}

/** What a trial comes to. */
export interface TrialOutcome {
  /** The smaller the better; of validation data. */
  readonly loss: number;
  /** Anything to go on from with a larger budget. */
  readonly checkpoint?: unknown;
}

/** What a search found. */
export interface SearchResult<C> {
  /** All trials, the best first; those that failed, and those whose loss is NaN or ±∞, last. */
  readonly trials: readonly TrialReport<C>[];
  /** The best trial; undefined if none has a finite loss. */
  readonly best: TrialReport<C> | undefined;
  readonly stopped: "at the end" | "by the signal";
}

/**
 * Random search, or successive halving: trials with hyper-parameters drawn at random, of which the better ones go on with
 * more budget. The result depends on the seed and the trials alone, not on how many run at once. A trial that throws has
 * failed and is reported; the others go on.
 *
 * @param runTrial - trains and measures; `lane`, from 0, says which of those at once it is
 * @param concurrency - how many trials run at once, ≥ 1
 * @throws ValueError SETTING_RANGE or SEED_RANGE if a setting is outside its range.
 * @example
 * const options = { space: { x: uniformBetween(-1, 1) }, trials: 20, budget: 1, seed: 1 };
 * const { best } = await searchTrials(({ configuration: { x } }) => ({ loss: x * x }), options);
 * Math.abs(best.configuration.x) < 0.2; // → true
 * @source Bergstra & Bengio 2012, "Random search for hyper-parameter optimization"; Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization"
 */
export async function searchTrials<S extends SearchSpace>(
  runTrial: (task: TrialTask<Configuration<S>>, lane: number) => TrialOutcome | Promise<TrialOutcome>,
  options: SearchOptions<S>,
  concurrency = 1,
): Promise<SearchResult<Configuration<S>>> {
  checkKeys("searchTrials(runTrial, options, concurrency)", "options", options, {
    space: true,
    trials: true,
    budget: true,
    halving: true,
    seed: true,
    signal: true,
    onResult: true,
  });
  const { space, trials, budget, halving, seed, signal, onResult } = options;
  checkSettings("searchTrials(runTrial, options, concurrency)", { concurrency: [concurrency, COUNT] });
  const rungs = searchRungs(trials, budget, halving);
  const reports = Array.from({ length: trials }, (_, trial): TrialReport<Configuration<S>> => ({
    ...{ trial, configuration: sampleSpace(space, seed, trial), seed: seedOfTrial(seed, trial) },
    ...{ results: [], status: "stopped" },
  }));
  const checkpoints = new Map<number, unknown>();
  const isAborted = (): boolean => signal?.aborted === true;

  const runOne = async (trial: number, rung: Rung, lane: number): Promise<void> => {
    const { configuration, seed: own, results } = reports[trial]!;
    const task = { trial, configuration, seed: own, budget: rung.budget, checkpoint: checkpoints.get(trial) };
    try {
      const { loss, checkpoint } = await runTrial(task, lane);
      const isWhole = rung.budget === budget;
      if (!isWhole) checkpoints.set(trial, checkpoint);
      reports[trial] = {
        ...reports[trial]!,
        results: [...results, { budget: rung.budget, loss }],
        ...(isWhole && { status: "finished" }),
      };
    } catch (error) {
      checkpoints.delete(trial);
      // Trials that are ended with the search have not failed by themselves.
      if (isAborted()) return;
      reports[trial] = { ...reports[trial]!, status: "failed", error: messageOf(error) };
      return;
    }
    onResult?.({ trial, ...reports[trial].results.at(-1)! });
  };

  let running = reports.map(({ trial }) => trial);
  for (const [i, rung] of rungs.entries()) {
    await inLanes(running, concurrency, isAborted, (trial, lane) => runOne(trial, rung, lane));
    const next = rungs[i + 1];
    if (isAborted() || next === undefined) break;
    const order = running.toSorted((a, b) => compareTrials(reports[a]!, reports[b]!));
    const better = order.filter((trial) => isUsable(reports[trial]!)).slice(0, next.trials);
    for (const trial of order) if (!better.includes(trial)) drop(trial);
    running = better;
  }
  const ranked = reports.toSorted(compareTrials);
  const best = ranked.find(isUsable);
  return { trials: ranked, best, stopped: isAborted() ? "by the signal" : "at the end" };

  function drop(trial: number): void {
    checkpoints.delete(trial);
    const report = reports[trial]!;
    if (report.status !== "failed") reports[trial] = { ...report, status: "dropped" };
  }
}

/** Goes through all items in order, some at once. */
async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  isEnded: () => boolean,
  run: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (_: unknown, number: number): Promise<void> => {
    while (waiting.length > 0 && !isEnded()) await run(waiting.shift()!, number);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
