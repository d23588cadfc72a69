/** The part of a search that runs in a worker thread. */
import { RuntimeError } from "@unfold/core";
import { parentPort } from "node:worker_threads";
import type { TrialOutcome, TrialTask } from "../search/search-trials.js";

/** What a thread says: that it can be given trials, what one came to, or why it failed. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "outcome"; readonly outcome: TrialOutcome }
  | { readonly kind: "failure"; readonly message: string };

/**
 * Makes a module a worker of `searchHyperparameters`: to be called once, in the module that is named there.
 *
 * @param run - trains with the task's configuration, seed and budget, and measures; what it throws is reported, and the search goes on
 * @throws RuntimeError NOT_A_WORKER if this is no worker thread.
 */
export function serveTrials<C = Readonly<Record<string, unknown>>>(
  run: (task: TrialTask<C>) => TrialOutcome | Promise<TrialOutcome>,
): void {
  const port = parentPort;
  if (port === null) throw notAWorker();
  const say = (message: WorkerMessage): void => {
    port.postMessage(message);
  };
  const answer = async (task: TrialTask<C>): Promise<void> => {
    try {
      say({ kind: "outcome", outcome: checked(await run(task)) });
    } catch (error) {
      say({ kind: "failure", message: error instanceof Error ? error.message : String(error) });
    }
  };
  port.on("message", (task) => void answer(task as TrialTask<C>));
  say({ kind: "ready" });
}

function checked(outcome: TrialOutcome): TrialOutcome {
  const { loss, checkpoint } = (outcome as TrialOutcome | undefined) ?? { loss: undefined };
  if (typeof loss === "number") return { loss, checkpoint };
  throw new RuntimeError({
    code: "TRIAL_OUTCOME",
    where: "serveTrials(run)",
    rule: "a trial must return { loss } with a number",
    got: typeof loss,
  });
}

function notAWorker(): RuntimeError {
  return new RuntimeError({
    code: "NOT_A_WORKER",
    where: "serveTrials(run)",
    rule: "it must be called in a worker thread",
    got: "the main thread",
    fix: "Give the URL of this module to searchHyperparameters({ worker })",
  });
}
