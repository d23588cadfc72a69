/** A search over hyper-parameters in worker threads. */
import { availableParallelism } from "node:os";
import type { Configuration, SearchSpace } from "../search/sample-space.js";
import { searchRungs } from "../search/rungs.js";
import { searchTrials, type SearchOptions, type SearchResult } from "../search/search-trials.js";
import { checkSettings, COUNT } from "../settings/check-setting.js";
import { startWorkers, type ModuleUrl } from "./trial-workers.js";

/** What is searched, and with what. */
export interface HyperparameterSearch<S extends SearchSpace> extends Omit<SearchOptions<S>, "signal"> {
  /** A module that calls `serveTrials`: `new URL("./trial.js", import.meta.url)`. */
  readonly worker: ModuleUrl;
  /** Threads, ≥ 1. As many as the machine runs at once unless given. */
  readonly workers?: number;
  /** Options of Node for the threads, such as a loader; those of this process unless given. */
  readonly execArgv?: readonly string[];
  /** Ends the search and its threads at once; what is known by then is returned. */
  readonly signal?: SearchSignal;
}

/** An `AbortSignal`. */
export interface SearchSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Random search or successive halving over worker threads. The result is the same however many threads there are. A trial
 * that throws, or whose thread dies, has failed and is reported; the others go on.
 *
 * The module of the threads draws and trains the network:
 *
 *     // trial.js
 *     serveTrials(async ({ configuration, seed, budget }) => {
 *       const { history } = await fit(network(configuration, seed), { data, validation, epochs: budget });
 *       return { loss: history.at(-1).validation.loss };
 *     });
 *
 * What it returns as `checkpoint`, such as a `Uint8Array` of `encodeSafetensors`, comes back to it with the larger budget.
 *
 * @throws ValueError SETTING_RANGE or SEED_RANGE if a setting is outside its range. RuntimeError WORKER_BROKEN if the module cannot be loaded or never calls serveTrials.
 * @source Bergstra & Bengio 2012, "Random search for hyper-parameter optimization"; Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization"
 */
export async function searchHyperparameters<S extends SearchSpace>({
  worker,
  workers = availableParallelism(),
  execArgv,
  ...options
}: HyperparameterSearch<S>): Promise<SearchResult<Configuration<S>>> {
  const { trials, budget, halving, signal } = options;
  checkSettings("searchHyperparameters(search)", { workers: [workers, COUNT], trials: [trials, COUNT] });
  // Before threads are started for it.
  searchRungs(trials, budget, halving);
  if (signal?.aborted === true) return searchTrials(refuse, options);
  const threads = await startWorkers(worker, Math.min(workers, trials), execArgv);
  const abort = (): void => void threads.stop();
  signal?.addEventListener("abort", abort);
  try {
    return await searchTrials(threads.run, options, workers);
  } finally {
    signal?.removeEventListener("abort", abort);
    await threads.stop();
  }
}

function refuse(): never {
  throw new Error("the search was stopped before it began");
}
