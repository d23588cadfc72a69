/** Worker threads that run trials. */
import { RuntimeError } from "@unfold/core";
import { Worker } from "node:worker_threads";
import type { TrialOutcome, TrialTask } from "../search/search-trials.js";
import type { WorkerMessage } from "./serve-trials.js";

/** A module, as `new URL("./trial.js", import.meta.url)` names it. */
export interface ModuleUrl {
  readonly href: string;
}

/** Threads, by lane. */
export interface TrialWorkers {
  /** Runs a trial in the thread of a lane; a thread that died is replaced by another. */
  readonly run: (task: TrialTask<unknown>, lane: number) => Promise<TrialOutcome>;
  /** Ends all threads, whatever they do. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts threads.
 *
 * @throws RuntimeError WORKER_BROKEN if the module cannot be loaded or never calls serveTrials.
 */
export async function startWorkers(
  module: ModuleUrl,
  count: number,
  execArgv: readonly string[] | undefined,
): Promise<TrialWorkers> {
  const threads: (Worker | undefined)[] = [];
  const launch = async (lane: number): Promise<Worker> => {
    const thread = new Worker(module, { ...(execArgv !== undefined && { execArgv }) });
    threads[lane] = thread;
    const forget = (): void => {
      if (threads[lane] === thread) threads[lane] = undefined;
    };
    // Also between trials: an error that nobody hears would end the process.
    thread.on("error", forget);
    thread.on("exit", forget);
    const first = await nextMessage(thread).catch((error: unknown) => {
      throw brokenWorker(module, error);
    });
    if (first.kind !== "ready") throw brokenWorker(module, "another message than that of serveTrials");
    return thread;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(threads.map(async (thread) => thread?.terminate()));
  };
  try {
    await Promise.all(Array.from({ length: count }, (_, lane) => launch(lane)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    run: async (task, lane) => {
      const thread = threads[lane] ?? (await launch(lane));
      thread.postMessage(task);
      const message = await nextMessage(thread);
      if (message.kind === "outcome") return message.outcome;
      throw new Error(message.kind === "failure" ? message.message : "the worker started twice");
    },
    stop,
  };
}

/** What a thread says next; an error if it dies before. */
function nextMessage(thread: Worker): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    const listeners = {
      message: (message: unknown) => {
        settle();
        resolve(message as WorkerMessage);
      },
      error: (error: unknown) => {
        settle();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
      exit: (code: unknown) => {
        settle();
        reject(new Error(`the worker thread ended with exit code ${String(code)}`));
      },
    };
    const settle = (): void => {
      for (const [event, listener] of Object.entries(listeners)) thread.off(event, listener);
    };
    for (const [event, listener] of Object.entries(listeners)) thread.on(event, listener);
  });
}

function brokenWorker({ href }: ModuleUrl, why: unknown): RuntimeError {
  return new RuntimeError({
    code: "WORKER_BROKEN",
    where: "searchHyperparameters({ worker })",
    rule: "the module must load in a worker thread and call serveTrials(run)",
    got: `${href}: ${why instanceof Error ? why.message : String(why)}`,
  });
}
